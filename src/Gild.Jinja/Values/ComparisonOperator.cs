namespace Gild.Jinja.Values;

/// <summary>The comparison operators of the template language, without <c>in</c>.</summary>
public enum ComparisonOperator : byte
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
