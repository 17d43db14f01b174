using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Jinja.Parsing;

/// <summary>A node of the syntax tree. <see cref="Line"/> is the line that Jinja2 records for it, within its template.</summary>
abstract class SyntaxNode
{
    public int Line { get; init; }

    public Span Span { get; init; }
}

/// <summary>An expression. <see cref="Depth"/> is the height of its tree, which bounds the evaluation's stack.</summary>
abstract class ExpressionSyntax : SyntaxNode
{
    public int Depth { get; init; } = 1;
}

enum NameUse : byte
{
    Load,
    Store,
    Parameter,
}

sealed class NameSyntax : ExpressionSyntax
{
    public required string Name { get; init; }

    public NameUse Use { get; set; }
}

/// <summary><c>namespace.attribute</c> as the target of an assignment.</summary>
sealed class NamespaceTargetSyntax : ExpressionSyntax
{
    public required string Name { get; init; }

    public required string Attribute { get; init; }
}

sealed class ConstantSyntax : ExpressionSyntax
{
    public required Value Value { get; init; }
}

sealed class TupleSyntax : ExpressionSyntax
{
    public required ExpressionSyntax[] Items { get; init; }
}

sealed class ListSyntax : ExpressionSyntax
{
    public required ExpressionSyntax[] Items { get; init; }
}

sealed class DictSyntax : ExpressionSyntax
{
    public required (ExpressionSyntax Key, ExpressionSyntax Value)[] Items { get; init; }
}

sealed class ConditionalSyntax : ExpressionSyntax
{
    public required ExpressionSyntax Test { get; init; }

    public required ExpressionSyntax Then { get; init; }

    public ExpressionSyntax? Else { get; init; }
}

enum LogicalOperator : byte
{
    And,
    Or,
}

sealed class LogicalSyntax : ExpressionSyntax
{
    public required LogicalOperator Operator { get; init; }

    public required ExpressionSyntax Left { get; init; }

    public required ExpressionSyntax Right { get; init; }
}

sealed class BinarySyntax : ExpressionSyntax
{
    public required BinaryOperator Operator { get; init; }

    public required ExpressionSyntax Left { get; init; }

    public required ExpressionSyntax Right { get; init; }
}

enum UnaryOperator : byte
{
    Not,
    Negate,
    Plus,
}

sealed class UnarySyntax : ExpressionSyntax
{
    public required UnaryOperator Operator { get; init; }

    public required ExpressionSyntax Operand { get; init; }
}

/// <summary>The comparisons that the parser knows; the order is that of <see cref="ComparisonOperator"/>.</summary>
sealed class CompareSyntax : ExpressionSyntax
{
    public required ExpressionSyntax First { get; init; }

    public required (CompareOperator Operator, ExpressionSyntax Operand)[] Rest { get; init; }
}

enum CompareOperator : byte
{
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
}

sealed class ConcatSyntax : ExpressionSyntax
{
    public required ExpressionSyntax[] Parts { get; init; }
}

sealed class AttributeSyntax : ExpressionSyntax
{
    public required ExpressionSyntax Target { get; init; }

    public required string Name { get; init; }
}

sealed class ItemSyntax : ExpressionSyntax
{
    public required ExpressionSyntax Target { get; init; }

    public required ExpressionSyntax Key { get; init; }
}

sealed class SliceSyntax : ExpressionSyntax
{
    public ExpressionSyntax? Start { get; init; }

    public ExpressionSyntax? Stop { get; init; }

    public ExpressionSyntax? Step { get; init; }
}

/// <summary>What stands between the parentheses of a call, filter or test.</summary>
sealed class ArgumentsSyntax
{
    public static readonly ArgumentsSyntax None = new();

    public ExpressionSyntax[] Positional { get; init; } = [];

    public (string Name, ExpressionSyntax Value)[] Keywords { get; init; } = [];

    public ExpressionSyntax? Star { get; init; }

    public ExpressionSyntax? DoubleStar { get; init; }
}

sealed class CallSyntax : ExpressionSyntax
{
    public required ExpressionSyntax Callee { get; init; }

    public required ArgumentsSyntax Arguments { get; init; }
}

/// <summary>A filter; without a target it applies to the text of the block that it stands at.</summary>
sealed class FilterSyntax : ExpressionSyntax
{
    public required ExpressionSyntax? Target { get; init; }

    public required string Name { get; init; }

    public Span NameSpan { get; init; }

    public required ArgumentsSyntax Arguments { get; init; }
}

sealed class TestSyntax : ExpressionSyntax
{
    public required ExpressionSyntax Target { get; init; }

    public required string Name { get; init; }

    public Span NameSpan { get; init; }

    public required ArgumentsSyntax Arguments { get; init; }
}

abstract class StatementSyntax : SyntaxNode;

/// <summary>Literal text: a range of the source.</summary>
sealed class TextSyntax : StatementSyntax;

/// <summary><c>{{ expression }}</c>.</summary>
sealed class EmitSyntax : StatementSyntax
{
    public required ExpressionSyntax Value { get; init; }
}

sealed class IfSyntax : StatementSyntax
{
    public required ExpressionSyntax Test { get; init; }

    public required StatementSyntax[] Body { get; init; }

    public required IfSyntax[] ElseIfs { get; init; }

    public required StatementSyntax[] Else { get; init; }
}

sealed class ForSyntax : StatementSyntax
{
    public required ExpressionSyntax Target { get; init; }

    public required ExpressionSyntax Items { get; init; }

    public ExpressionSyntax? Test { get; init; }

    public bool IsRecursive { get; init; }

    public required StatementSyntax[] Body { get; init; }

    public required StatementSyntax[] Else { get; init; }
}

sealed class SetSyntax : StatementSyntax
{
    public required ExpressionSyntax Target { get; init; }

    public required ExpressionSyntax Value { get; init; }
}

sealed class SetBlockSyntax : StatementSyntax
{
    public required ExpressionSyntax Target { get; init; }

    public FilterSyntax? Filter { get; init; }

    public required StatementSyntax[] Body { get; init; }
}

sealed class DoSyntax : StatementSyntax
{
    public required ExpressionSyntax Value { get; init; }
}

/// <summary><c>break</c> or <c>continue</c>.</summary>
sealed class LoopControlSyntax : StatementSyntax
{
    public required bool IsBreak { get; init; }
}

sealed class WithSyntax : StatementSyntax
{
    public required (ExpressionSyntax Target, ExpressionSyntax Value)[] Assignments { get; init; }

    public required StatementSyntax[] Body { get; init; }
}

sealed class FilterBlockSyntax : StatementSyntax
{
    public required FilterSyntax Filter { get; init; }

    public required StatementSyntax[] Body { get; init; }
}

/// <summary>Parameters of a macro or call block; defaults belong to the last parameters.</summary>
sealed class SignatureSyntax
{
    public static readonly SignatureSyntax None = new();

    public NameSyntax[] Parameters { get; init; } = [];

    public ExpressionSyntax[] Defaults { get; init; } = [];

    /// <summary>The default of the parameter at <paramref name="index"/>, if it has one.</summary>
    public ExpressionSyntax? DefaultOf(int index)
    {
        int position = index - (Parameters.Length - Defaults.Length);
        return position < 0 ? null : Defaults[position];
    }
}

/// <summary>A macro, a call block, or a host block that is a macro: a body with parameters.</summary>
abstract class CallableSyntax : StatementSyntax
{
    public required SignatureSyntax Signature { get; init; }

    public required StatementSyntax[] Body { get; init; }
}

/// <summary>A macro, or a host block that parses like one (then <see cref="BlockWord"/> is its word).</summary>
sealed class MacroSyntax : CallableSyntax
{
    public required string Name { get; init; }

    public string BlockWord { get; init; } = "macro";

    public Dictionary<string, Value>? HeaderArguments { get; init; }

    public Span BodySpan { get; init; }
}

sealed class CallBlockSyntax : CallableSyntax
{
    public required CallSyntax Call { get; init; }
}

/// <summary>A host block whose body is a template of its own or plain text.</summary>
sealed class HostBlockSyntax : StatementSyntax
{
    public required string BlockWord { get; init; }

    public required string Name { get; init; }

    public Span BodySpan { get; init; }
}

/// <summary><c>{% block %}</c>: without inheritance it renders in place, in a scope of its own.</summary>
sealed class BlockSyntax : StatementSyntax
{
    public required string Name { get; init; }

    public bool IsScoped { get; init; }

    public bool IsRequired { get; init; }

    public required StatementSyntax[] Body { get; init; }
}

/// <summary><c>include</c>, <c>import</c>, <c>from</c> and <c>extends</c>: they parse, and fail when they run (there is no loader).</summary>
sealed class LoadSyntax : StatementSyntax
{
    public required string Word { get; init; }

    public required ExpressionSyntax Template { get; init; }

    /// <summary>Names that an import would store.</summary>
    public string[] Targets { get; init; } = [];

    public bool IgnoresMissing { get; init; }
}

/// <summary><c>{% autoescape %}</c>.</summary>
sealed class AutoescapeSyntax : StatementSyntax
{
    public required ExpressionSyntax Enabled { get; init; }

    public required StatementSyntax[] Body { get; init; }
}

/// <summary>A parsed template, with what the resolver wants to know before it looks.</summary>
sealed class TemplateSyntax
{
    public required StatementSyntax[] Body { get; init; }

    /// <summary>Whether anything stores into a variable called <c>loop</c>.</summary>
    public bool StoresLoop { get; init; }

    /// <summary>Whether anything but a variable is sliced: see <c>ConstantFolding</c>.</summary>
    public bool SlicesConstants { get; init; }

    /// <summary>Which of the special names <c>loop</c>, <c>caller</c>, <c>varargs</c>, <c>kwargs</c>, <c>self</c> are read anywhere.</summary>
    public bool ReadsSpecialNames { get; init; }
}
