using Gild.Jinja.Parsing;

namespace Gild.Jinja.Resolving;

/// <summary>Finds an assignment to the name <c>loop</c> anywhere within a <c>for</c>, which Jinja2 refuses.</summary>
static class LoopTargets
{
    public static NameSyntax? Find(ForSyntax loop) => InTarget(loop.Target) ?? In(loop.Body) ?? In(loop.Else);

    static NameSyntax? In(StatementSyntax[] body)
    {
        foreach (StatementSyntax statement in body)
        {
            if (In(statement) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    static NameSyntax? In(StatementSyntax statement) => statement switch
    {
        ForSyntax loop => Find(loop),
        IfSyntax branch => In(branch.Body) ?? In(branch.ElseIfs) ?? In(branch.Else),
        SetSyntax set => InTarget(set.Target),
        SetBlockSyntax set => InTarget(set.Target) ?? In(set.Body),
        WithSyntax with => In(with.Body),
        MacroSyntax macro => In(macro.Body),
        CallBlockSyntax call => In(call.Body),
        FilterBlockSyntax filter => In(filter.Body),
        AutoescapeSyntax autoescape => In(autoescape.Body),
        BlockSyntax block => In(block.Body),
        _ => null,
    };

    static NameSyntax? InTarget(ExpressionSyntax target) => target switch
    {
        NameSyntax { Name: "loop", Use: NameUse.Store } name => name,
        TupleSyntax tuple => tuple.Items.Select(InTarget).FirstOrDefault(name => name is not null),
        _ => null,
    };
}
