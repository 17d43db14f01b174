using Gild.Jinja.Diagnostics;
using Gild.Jinja.Parsing;
using Gild.Jinja.Resolving;

namespace Gild.Jinja;

/// <summary>A call in the text of a template, read without rendering it.</summary>
/// <param name="Keywords">The keyword arguments: the name, and the whole argument as Jinja2 shows its syntax tree.</param>
public sealed record StaticCall(IReadOnlyList<KeyValuePair<string, string>> Keywords)
{
    /// <summary>
    /// Whether a template is text and printed calls of these functions alone, with literal arguments (texts, truth values, lists and mappings of them,
    /// and a version of any kind) and no hooks: then rendering tells nothing new.
    /// </summary>
    /// <exception cref="JinjaException">TemplateSyntaxError.</exception>
    public static bool AreAllLiteral(JinjaEnvironment environment, SourceText source, params string[] functions) =>
        Array.TrueForAll(Parser.Parse(source, environment.Options).Body, statement => statement is TextSyntax
            || (statement is EmitSyntax { Value: CallSyntax { Callee: NameSyntax name, Arguments: { Star: null, DoubleStar: null } arguments } }
                && functions.Contains(name.Name) && Array.TrueForAll(arguments.Positional, IsLiteral) && Array.TrueForAll(arguments.Keywords, IsPlain)));

    static bool IsPlain((string Name, ExpressionSyntax Value) keyword) => keyword.Name switch
    {
        "v" or "version" => keyword.Value is ConstantSyntax,
        "pre_hook" or "post_hook" => false,
        _ => IsLiteral(keyword.Value),
    };

    static bool IsLiteral(ExpressionSyntax expression) => expression switch
    {
        ConstantSyntax constant => constant.Value.IsString || constant.Value.IsBool,
        ListSyntax list => Array.TrueForAll(list.Items, IsLiteral),
        DictSyntax dict => Array.TrueForAll(dict.Items, i => IsLiteral(i.Key) && IsLiteral(i.Value)),
        _ => false,
    };

    /// <summary>The first call of a function by its plain name; null when there is none.</summary>
    /// <exception cref="JinjaException">TemplateSyntaxError.</exception>
    public static StaticCall? First(JinjaEnvironment environment, SourceText source, string function) =>
        First(Parser.Parse(source, environment.Options).Body, function) is { } call
            ? new StaticCall([.. call.Arguments.Keywords.Select(k => KeyValuePair.Create(k.Name, SyntaxRepr.Keyword(k.Name, k.Value)))])
            : null;

    static CallSyntax? First(IEnumerable<StatementSyntax> statements, string function)
    {
        foreach (StatementSyntax statement in statements)
        {
            if (First(statement, function) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    static CallSyntax? First(StatementSyntax statement, string function) => statement switch
    {
        EmitSyntax emit => Find(emit.Value, function),
        SetSyntax set => Find(set.Value, function),
        DoSyntax done => Find(done.Value, function),
        IfSyntax choice => Find(choice.Test, function) ?? First(choice.Body, function) ?? First(choice.ElseIfs, function) ?? First(choice.Else, function),
        ForSyntax loop => Find(loop.Items, function) ?? First(loop.Body, function) ?? First(loop.Else, function),
        SetBlockSyntax block => First(block.Body, function),
        FilterBlockSyntax block => First(block.Body, function),
        WithSyntax with => First(with.Body, function),
        CallableSyntax callable => First(callable.Body, function),
        _ => null,
    };

    static CallSyntax? Find(ExpressionSyntax expression, string function)
    {
        if (expression is CallSyntax { Callee: NameSyntax name } call && name.Name == function)
        {
            return call;
        }

        Search search = new(function);
        SyntaxChildren.Visit(expression, search, static (state, child) => state.Found ??= Find(child, state.Function));
        return search.Found;
    }

    sealed class Search(string function)
    {
        public string Function { get; } = function;

        public CallSyntax? Found { get; set; }
    }
}
