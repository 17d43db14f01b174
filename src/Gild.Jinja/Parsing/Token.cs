namespace Gild.Jinja.Parsing;

enum TokenKind : byte
{
    Eof,
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Add,
    Assign,
    Colon,
    Comma,
    Div,
    Dot,
    Equal,
    FloorDiv,
    Greater,
    GreaterEqual,
    LeftBrace,
    LeftBracket,
    LeftParen,
    Less,
    LessEqual,
    Mod,
    Mul,
    NotEqual,
    Pipe,
    Pow,
    RightBrace,
    RightBracket,
    RightParen,
    Semicolon,
    Sub,
    Tilde,
}

/// <summary>A token: a kind and a range of the source; literals of strings with escapes carry their decoded text.</summary>
readonly record struct Token(TokenKind Kind, int Offset, int Length, int Line, string? Text = null)
{
    public int End => Offset + Length;
}

static class TokenNames
{
    /// <summary>How messages name a token kind.</summary>
    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.Eof => "end of template",
        TokenKind.Data => "template data / text",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.Name => "name",
        TokenKind.String => "string",
        TokenKind.Integer => "integer",
        TokenKind.Float => "float",
        TokenKind.Add => "+",
        TokenKind.Assign => "=",
        TokenKind.Colon => ":",
        TokenKind.Comma => ",",
        TokenKind.Div => "/",
        TokenKind.Dot => ".",
        TokenKind.Equal => "==",
        TokenKind.FloorDiv => "//",
        TokenKind.Greater => ">",
        TokenKind.GreaterEqual => ">=",
        TokenKind.LeftBrace => "{",
        TokenKind.LeftBracket => "[",
        TokenKind.LeftParen => "(",
        TokenKind.Less => "<",
        TokenKind.LessEqual => "<=",
        TokenKind.Mod => "%",
        TokenKind.Mul => "*",
        TokenKind.NotEqual => "!=",
        TokenKind.Pipe => "|",
        TokenKind.Pow => "**",
        TokenKind.RightBrace => "}",
        TokenKind.RightBracket => "]",
        TokenKind.RightParen => ")",
        TokenKind.Semicolon => ";",
        _ => "~",
    };
}
