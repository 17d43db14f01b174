using Gild.Jinja.Unicode;
using Gild.Jinja.Values;

namespace Gild.Jinja.Builtins;

/// <summary>
/// Python's <c>sorted</c>: stable, asks only "is this less than that?", and lets what that raises through. Keys that are
/// all integers or all texts are compared as such.
/// </summary>
static class Sorting
{
    const int ShortRun = 16;

    interface IKeyOrder<TKey>
    {
        bool IsLess(TKey left, TKey right);
    }

    readonly struct PythonOrder : IKeyOrder<Value>
    {
        public bool IsLess(Value left, Value right) => ValueOps.IsLess(left, right);
    }

    readonly struct ListedOrder : IKeyOrder<Value>
    {
        public bool IsLess(Value left, Value right) => !ValueOps.AreSameOrEqual(left, right) && ValueOps.IsLess(left, right);
    }

    readonly struct IntegerOrder : IKeyOrder<long>
    {
        public bool IsLess(long left, long right) => left < right;
    }

    readonly struct TextOrder : IKeyOrder<string>
    {
        public bool IsLess(string left, string right) => CodePoints.Compare(left, right) < 0;
    }

    /// <summary>The items in the order of their keys.</summary>
    public static Value[] Sort(Value[] items, Value[] keys, bool isReversed) => Sort(items, keys, isReversed, default(PythonOrder));

    /// <summary>The items in the order of keys that Python wraps in lists: equal keys are found before their order is asked for.</summary>
    public static Value[] SortByListed(Value[] items, Value[] keys, bool isReversed) => Sort(items, keys, isReversed, default(ListedOrder));

    static Value[] Sort<TOrder>(Value[] items, Value[] keys, bool isReversed, TOrder order)
        where TOrder : struct, IKeyOrder<Value>
    {
        if (Array.TrueForAll(keys, static key => key.IsInt64))
        {
            return Sort(items, Array.ConvertAll(keys, static key => key.AsInt64), isReversed, default(IntegerOrder));
        }

        return Array.TrueForAll(keys, static key => key.AsString is not null)
            ? Sort(items, Array.ConvertAll(keys, static key => key.AsString!), isReversed, default(TextOrder))
            : Sort<Value, TOrder>(items, keys, isReversed, order);
    }

    static Value[] Sort<TKey, TOrder>(Value[] items, TKey[] keys, bool isReversed, TOrder keyOrder)
        where TOrder : struct, IKeyOrder<TKey>
    {
        int[] order = new int[items.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = isReversed ? order.Length - 1 - i : i;
        }

        int[] spare = new int[order.Length];
        MergeSort(order, spare, keys, keyOrder, 0, order.Length);
        Value[] sorted = new Value[items.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sorted[isReversed ? order.Length - 1 - i : i] = items[order[i]];
        }

        return sorted;
    }

    static void MergeSort<TKey, TOrder>(int[] order, int[] spare, TKey[] keys, TOrder keyOrder, int start, int end)
        where TOrder : struct, IKeyOrder<TKey>
    {
        if (end - start <= ShortRun)
        {
            InsertionSort(order, keys, keyOrder, start, end);
            return;
        }

        int middle = start + ((end - start) / 2);
        MergeSort(order, spare, keys, keyOrder, start, middle);
        MergeSort(order, spare, keys, keyOrder, middle, end);
        if (!keyOrder.IsLess(keys[order[middle]], keys[order[middle - 1]]))
        {
            return;
        }

        Array.Copy(order, start, spare, start, middle - start);
        int left = start;
        int right = middle;
        for (int to = start; left < middle; to++)
        {
            order[to] = right < end && keyOrder.IsLess(keys[order[right]], keys[spare[left]]) ? order[right++] : spare[left++];
        }
    }

    static void InsertionSort<TKey, TOrder>(int[] order, TKey[] keys, TOrder keyOrder, int start, int end)
        where TOrder : struct, IKeyOrder<TKey>
    {
        for (int i = start + 1; i < end; i++)
        {
            int moving = order[i];
            TKey key = keys[moving];
            int to = i;
            while (to > start && keyOrder.IsLess(key, keys[order[to - 1]]))
            {
                order[to] = order[to - 1];
                to--;
            }

            order[to] = moving;
        }
    }
}
