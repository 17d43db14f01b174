using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gild.Jinja.Values;

/// <summary>What a <see cref="Value"/> holds, in Python's terms.</summary>
public enum ValueKind : byte
{
    /// <summary>Nothing was found under a name; see <see cref="UndefinedValue"/> for what was looked for.</summary>
    Undefined,
    /// <summary>Python's <c>None</c>.</summary>
    None,
    /// <summary>Python's <c>bool</c>.</summary>
    Bool,
    /// <summary>An integer that fits 64 bits.</summary>
    Int,
    /// <summary>An integer outside 64 bits.</summary>
    BigInt,
    /// <summary>Python's <c>float</c> (IEEE double).</summary>
    Float,
    /// <summary>Python's <c>str</c>; UTF-16 here, indexed by code point where templates can see it.</summary>
    String,
    /// <summary>A list, tuple, dict, host object or anything else that is a <see cref="JinjaObject"/>.</summary>
    Object,
}

/// <summary>
/// A template value: 16 bytes, no allocation for undefined, none, bool, int and float.
/// The reference tells the kind; the bits hold bool, int or float.
/// </summary>
public readonly struct Value : IEquatable<Value>
{
    readonly object? _ref;
    readonly long _bits;

    sealed class Tag(ValueKind kind)
    {
        public readonly ValueKind Kind = kind;
    }

    static readonly Tag NoneTag = new(ValueKind.None);
    static readonly Tag BoolTag = new(ValueKind.Bool);
    static readonly Tag IntTag = new(ValueKind.Int);
    static readonly Tag FloatTag = new(ValueKind.Float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Value(object? reference, long bits)
    {
        _ref = reference;
        _bits = bits;
    }

    /// <summary>Undefined without a name. Prefer <see cref="UndefinedValue"/>, which can say what was missing.</summary>
    public static Value Undefined => default;

    public static Value None => new(NoneTag, 0);

    public static Value True => new(BoolTag, 1);

    public static Value False => new(BoolTag, 0);

    public static Value EmptyString => new("", 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value From(bool value) => new(BoolTag, value ? 1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value From(long value) => new(IntTag, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value From(double value) => new(FloatTag, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A text, or <see cref="None"/> for <see langword="null"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value From(string? value) => value is null ? None : new(value, 0);

    /// <summary>An object, or <see cref="None"/> for <see langword="null"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value From(JinjaObject? value) => value is null ? None : new(value, 0);

    /// <summary>An integer of any size; stored in 64 bits when it fits.</summary>
    public static Value From(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? From((long)value) : new(value, 0);

    public static implicit operator Value(bool value) => From(value);

    public static implicit operator Value(long value) => From(value);

    public static implicit operator Value(double value) => From(value);

    public static implicit operator Value(string? value) => From(value);

    public static implicit operator Value(JinjaObject? value) => From(value);

    public ValueKind Kind
    {
        get
        {
            object? r = _ref;
            if (r is null)
            {
                return ValueKind.Undefined;
            }

            if (r.GetType() == typeof(string))
            {
                return ValueKind.String;
            }

            if (r.GetType() == typeof(Tag))
            {
                return Unsafe.As<Tag>(r).Kind;
            }

            return r switch
            {
                UndefinedValue => ValueKind.Undefined,
                JinjaObject => ValueKind.Object,
                _ => ValueKind.BigInt,
            };
        }
    }

    /// <summary>An empty variable slot: not even a named undefined.</summary>
    internal bool IsMissing => _ref is null;

    public bool IsUndefined => _ref is null or UndefinedValue;

    public bool IsNone => ReferenceEquals(_ref, NoneTag);

    public bool IsBool => ReferenceEquals(_ref, BoolTag);

    /// <summary>An integer of any size; not a bool (Python's bool is an int there: see <see cref="TryGetInteger"/>).</summary>
    public bool IsInteger => ReferenceEquals(_ref, IntTag) || _ref is BigInteger;

    public bool IsInt64 => ReferenceEquals(_ref, IntTag);

    public bool IsFloat => ReferenceEquals(_ref, FloatTag);

    public bool IsNumber => ReferenceEquals(_ref, IntTag) || ReferenceEquals(_ref, FloatTag) || _ref is BigInteger || IsBool;

    /// <summary>A plain <c>str</c> (a <see cref="MarkupValue"/> is an object here and a str in Python).</summary>
    public bool IsString => _ref is string;

    public bool IsObject => _ref is JinjaObject && _ref is not UndefinedValue;

    /// <summary>Only valid when <see cref="IsBool"/>.</summary>
    public bool AsBool => _bits != 0;

    /// <summary>Only valid when <see cref="IsInt64"/> or <see cref="IsBool"/>.</summary>
    public long AsInt64 => _bits;

    /// <summary>Only valid when <see cref="IsFloat"/>.</summary>
    public double AsDouble => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The text when <see cref="IsString"/>, else <see langword="null"/>.</summary>
    public string? AsString => _ref as string;

    /// <summary>The object when this holds one (also a named undefined), else <see langword="null"/>.</summary>
    public JinjaObject? AsObject => _ref as JinjaObject;

    /// <summary>The object as <typeparamref name="T"/>, or <see langword="null"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? As<T>() where T : class => _ref as T;

    /// <summary>The text of a str or of a markup string.</summary>
    public bool TryGetText(out string text)
    {
        if (_ref is string s)
        {
            text = s;
            return true;
        }

        if (_ref is MarkupValue m)
        {
            text = m.Text;
            return true;
        }

        text = "";
        return false;
    }

    /// <summary>An integer of any size; True and False count as 1 and 0, as in Python.</summary>
    public bool TryGetInteger(out BigInteger value)
    {
        if (ReferenceEquals(_ref, IntTag) || ReferenceEquals(_ref, BoolTag))
        {
            value = _bits;
            return true;
        }

        if (_ref is BigInteger big)
        {
            value = big;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Python's truth of this value.</summary>
    public bool IsTrue
    {
        get
        {
            object? r = _ref;
            return r switch
            {
                null => false,
                string s => s.Length > 0,
                Tag t => t.Kind switch
                {
                    ValueKind.None => false,
                    ValueKind.Float => AsDouble != 0.0,
                    _ => _bits != 0,
                },
                JinjaObject o => o.IsTrue,
                _ => true,
            };
        }
    }

    /// <summary>Same object or same bits: Python's <c>is</c>.</summary>
    public bool IsSameAs(Value other) => ReferenceEquals(_ref, other._ref) && _bits == other._bits;

    /// <summary>Python's <c>==</c>: 1, 1.0 and True are equal.</summary>
    public bool Equals(Value other) => ValueOps.AreEqual(this, other);

    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <summary>Python's <c>hash()</c> in spirit: equal values have equal codes. Lists and dicts throw TypeError.</summary>
    public override int GetHashCode() => ValueOps.HashOf(this);

    public static bool operator ==(Value left, Value right) => left.Equals(right);

    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    /// <summary>Python's <c>str()</c> of this value.</summary>
    public override string ToString() => ValueText.ToText(this);
}
