namespace Gild.Jinja.Diagnostics;

/// <summary>The codes of the template engine, each declared once with what it means.</summary>
public static class JinjaCodes
{
    public const string Syntax = "J0101";
    public const string UnexpectedCharacter = "J0102";
    public const string UnknownTag = "J0103";
    public const string NeverClosed = "J0104";
    public const string BadTarget = "J0105";
    public const string BadEscape = "J0106";
    public const string UnknownFilter = "J0107";
    public const string UnknownTest = "J0108";
    public const string Assertion = "J0109";
    public const string Type = "J0201";
    public const string BadValue = "J0202";
    public const string Undefined = "J0203";
    public const string MissingItem = "J0204";
    public const string DivisionByZero = "J0205";
    public const string Security = "J0206";
    public const string Recursion = "J0207";
    public const string Limit = "J0208";
    public const string FilterArgument = "J0209";
    public const string Raised = "J0210";
    public const string Overflow = "J0211";
    public const string MissingAttribute = "J0212";

    /// <summary>Every code with its one-line meaning, in order.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> All { get; } =
    [
        (Syntax, "the template does not follow the syntax here"),
        (UnexpectedCharacter, "a character that begins nothing in an expression, often a quote that is never closed"),
        (UnknownTag, "a tag that does not exist, or that does not belong here"),
        (NeverClosed, "a block, comment or tag is never closed"),
        (BadTarget, "only names, tuples of names and attributes of namespaces can be assigned"),
        (BadEscape, "a backslash escape in a string that means nothing"),
        (UnknownFilter, "a filter that does not exist"),
        (UnknownTest, "a test that does not exist"),
        (Assertion, "a use of the language that it forbids"),
        (Type, "a value of the wrong type for the operation, or arguments that do not fit the call"),
        (BadValue, "a value of the right type that the operation cannot use"),
        (Undefined, "a name, attribute or item that does not exist was used"),
        (MissingItem, "a key or index that is not there"),
        (DivisionByZero, "a division or modulo by zero"),
        (Security, "templates may not use this attribute or function"),
        (Recursion, "macros, loops or expressions are nested too deeply"),
        (Limit, "the template produces or computes more than is allowed"),
        (FilterArgument, "a filter got an argument that it cannot work with"),
        (Raised, "the template or a function that it calls reported an error"),
        (Overflow, "a number is too large for the operation"),
        (MissingAttribute, "an attribute that the value does not have was required"),
    ];

    /// <summary>The code of a Jinja2 or Python exception class, where nothing more precise is known.</summary>
    public static string OfKind(string kind) => kind switch
    {
        "TemplateSyntaxError" or "SyntaxError" => Syntax,
        "TemplateAssertionError" => Assertion,
        "UndefinedError" => Undefined,
        "SecurityError" => Security,
        "FilterArgumentError" => FilterArgument,
        "TypeError" => Type,
        "ValueError" or "UnicodeDecodeError" or "UnicodeEncodeError" => BadValue,
        "KeyError" or "IndexError" or "LookupError" => MissingItem,
        "AttributeError" => MissingAttribute,
        "ZeroDivisionError" => DivisionByZero,
        "OverflowError" => Overflow,
        "RecursionError" => Recursion,
        "MemoryError" => Limit,
        _ => Raised,
    };
}
