using Gild.Jinja.Parsing;
using Gild.Jinja.Tree;

namespace Gild.Jinja.Resolving;

/// <summary>Walks the statements of one block and fills its <see cref="Scope"/>. It stops at blocks inside: they get their own.</summary>
static class ScopeAnalysis
{
    public static void Statements(Scope scope, StatementSyntax[] body)
    {
        foreach (StatementSyntax statement in body)
        {
            Statement(scope, statement);
        }
    }

    static void Statement(Scope scope, StatementSyntax statement)
    {
        switch (statement)
        {
            case EmitSyntax emit:
                Expression(scope, emit.Value);
                break;
            case IfSyntax branch:
                If(scope, branch);
                break;
            case ForSyntax loop:
                Expression(scope, loop.Items);
                break;
            case SetSyntax set:
                Expression(scope, set.Value);
                Target(scope, set.Target);
                break;
            case SetBlockSyntax set:
                Target(scope, set.Target);
                break;
            case DoSyntax action:
                Expression(scope, action.Value);
                break;
            case WithSyntax with:
                foreach ((_, ExpressionSyntax value) in with.Assignments)
                {
                    Expression(scope, value);
                }

                break;
            case MacroSyntax macro:
                if (macro.BlockWord == "macro")
                {
                    scope.Store(macro.Name);
                }

                break;
            case CallBlockSyntax call:
                Expression(scope, call.Call);
                break;
            case FilterBlockSyntax filter:
                Expression(scope, filter.Filter);
                break;
            case LoadSyntax load:
                Expression(scope, load.Template);
                foreach (string name in load.Targets)
                {
                    scope.Store(name);
                }

                break;
        }
    }

    static void If(Scope scope, IfSyntax branch)
    {
        Expression(scope, branch.Test);
        Scope body = scope.Copy();
        Statements(body, branch.Body);
        Scope elseIfs = scope.Copy();
        foreach (IfSyntax elseIf in branch.ElseIfs)
        {
            If(elseIfs, elseIf);
        }

        Scope otherwise = scope.Copy();
        Statements(otherwise, branch.Else);
        scope.Merge([body, elseIfs, otherwise]);
    }

    /// <summary>An assignment's target; <paramref name="asParameter"/> for what the block itself sets.</summary>
    public static void Target(Scope scope, ExpressionSyntax target, bool asParameter = false)
    {
        switch (target)
        {
            case NameSyntax name when asParameter || name.Use == NameUse.Parameter:
                scope.DeclareParameter(name.Name);
                break;
            case NameSyntax name:
                scope.Store(name.Name);
                break;
            case TupleSyntax tuple:
                foreach (ExpressionSyntax item in tuple.Items)
                {
                    Target(scope, item, asParameter);
                }

                break;
            case NamespaceTargetSyntax target_:
                scope.Load(target_.Name);
                break;
        }
    }

    public static void Expression(Scope scope, ExpressionSyntax? expression)
    {
        if (expression is NameSyntax name)
        {
            scope.Load(name.Name);
        }
        else if (expression is not null and not ConstantSyntax)
        {
            StackGuard.Check(expression, scope.Function.Source);
            SyntaxChildren.Visit(expression, scope, static (scope, child) => Expression(scope, child));
        }
    }
}
