using System.Runtime.CompilerServices;

namespace Gild.Jinja.Unicode;

/// <summary>What Python's str methods want to know about a code point.</summary>
[Flags]
enum CharacterClass : ushort
{
    None = 0,
    Alphabetic = 1,
    Decimal = 1 << 1,
    Digit = 1 << 2,
    Numeric = 1 << 3,
    Space = 1 << 4,
    Printable = 1 << 5,
    Upper = 1 << 6,
    Lower = 1 << 7,
    Title = 1 << 8,
    IdentifierStart = 1 << 9,
    IdentifierPart = 1 << 10,
    /// <summary>Makes a following capital sigma final.</summary>
    Cased = 1 << 11,
    /// <summary>Does not matter to whether a sigma is final.</summary>
    CaseIgnorable = 1 << 12,
}

/// <summary>Looks a code point up in <see cref="UnicodeTables"/>.</summary>
static class CharacterClasses
{
    const CharacterClass Word = CharacterClass.Alphabetic | CharacterClass.Decimal | CharacterClass.Digit | CharacterClass.Numeric;

    static readonly CharacterClass[] Ascii = MakeAscii();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharacterClass Of(int codePoint) => codePoint < 128 ? Ascii[codePoint] : Find(codePoint);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(int codePoint, CharacterClass wanted) => (Of(codePoint) & wanted) != 0;

    public static bool IsSpace(int codePoint) => Is(codePoint, CharacterClass.Space);

    public static bool IsPrintable(int codePoint) => Is(codePoint, CharacterClass.Printable);

    public static bool IsAlphanumeric(int codePoint) => Is(codePoint, Word);

    /// <summary>The <c>\w</c> of a regular expression.</summary>
    public static bool IsWord(int codePoint) => codePoint == '_' || Is(codePoint, Word);

    /// <summary>The value of a decimal digit of any script, or -1.</summary>
    public static int DecimalValue(int codePoint)
    {
        if (codePoint is >= '0' and <= '9')
        {
            return codePoint - '0';
        }

        if (codePoint < 128 || !Is(codePoint, CharacterClass.Decimal))
        {
            return -1;
        }

        // Decimal digits come in runs of ten, zero first.
        int start = (int)(UnicodeTables.Runs[RunOf(codePoint)] >> 8);
        return (codePoint - start) % 10;
    }

    static CharacterClass Find(int codePoint) =>
        (CharacterClass)UnicodeTables.Classes[(int)(UnicodeTables.Runs[RunOf(codePoint)] & 0xFF)];

    static int RunOf(int codePoint)
    {
        ReadOnlySpan<uint> runs = UnicodeTables.Runs;
        int low = 0;
        int high = runs.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (runs[middle] >> 8 <= (uint)codePoint)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    static CharacterClass[] MakeAscii()
    {
        CharacterClass[] classes = new CharacterClass[128];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = Find(i);
        }

        return classes;
    }
}
