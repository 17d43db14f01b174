using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>Python's <c>sorted</c>: stable, asks only "is this less than that?", and lets what that raises through.</summary>
static class Sorting
{
    const int ShortRun = 16;

    /// <summary>The items in the order of their keys.</summary>
    public static Value[] Sort(Value[] items, Value[] keys, bool isReversed) => Sort(items, keys, isReversed, ValueOps.IsLess);

    /// <summary>The items in the order of keys that Python wraps in lists: equal keys are found before their order is asked for.</summary>
    public static Value[] SortByListed(Value[] items, Value[] keys, bool isReversed) =>
        Sort(items, keys, isReversed, static (left, right) => !ValueOps.AreSameOrEqual(left, right) && ValueOps.IsLess(left, right));

    static Value[] Sort(Value[] items, Value[] keys, bool isReversed, Func<Value, Value, bool> isLess)
    {
        int[] order = new int[items.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = isReversed ? order.Length - 1 - i : i;
        }

        int[] spare = new int[order.Length];
        MergeSort(order, spare, keys, isLess, 0, order.Length);
        Value[] sorted = new Value[items.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sorted[isReversed ? order.Length - 1 - i : i] = items[order[i]];
        }

        return sorted;
    }

    static void MergeSort(int[] order, int[] spare, Value[] keys, Func<Value, Value, bool> isLess, int start, int end)
    {
        if (end - start <= ShortRun)
        {
            InsertionSort(order, keys, isLess, start, end);
            return;
        }

        int middle = start + ((end - start) / 2);
        MergeSort(order, spare, keys, isLess, start, middle);
        MergeSort(order, spare, keys, isLess, middle, end);
        if (!isLess(keys[order[middle]], keys[order[middle - 1]]))
        {
            return;
        }

        Array.Copy(order, start, spare, start, middle - start);
        int left = start;
        int right = middle;
        for (int to = start; left < middle; to++)
        {
            order[to] = right < end && isLess(keys[order[right]], keys[spare[left]]) ? order[right++] : spare[left++];
        }
    }

    static void InsertionSort(int[] order, Value[] keys, Func<Value, Value, bool> isLess, int start, int end)
    {
        for (int i = start + 1; i < end; i++)
        {
            int moving = order[i];
            int to = i;
            while (to > start && isLess(keys[moving], keys[order[to - 1]]))
            {
                order[to] = order[to - 1];
                to--;
            }

            order[to] = moving;
        }
    }
}
