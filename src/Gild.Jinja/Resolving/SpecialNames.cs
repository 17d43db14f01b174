using Gild.Jinja.Parsing;

namespace Gild.Jinja.Resolving;

/// <summary>
/// Which of <c>loop</c>, <c>caller</c>, <c>varargs</c>, <c>kwargs</c>, <c>self</c> a body reads, nested blocks included. As in Jinja2 the
/// first thing that happens to a name decides: stored before it is read (in the order of the tree), it is not special.
/// </summary>
sealed class SpecialNames
{
    [Flags]
    public enum Found : byte
    {
        None = 0,
        Loop = 1,
        Caller = 2,
        Varargs = 4,
        Kwargs = 8,
        Self = 16,
    }

    Found _open;
    Found _found;

    SpecialNames(Found wanted) => _open = wanted;

    public static Found ReadBy(StatementSyntax[] body, Found wanted)
    {
        SpecialNames search = new(wanted);
        search.Body(body);
        return search._found;
    }

    void Body(StatementSyntax[] body)
    {
        foreach (StatementSyntax statement in body)
        {
            if (_open == Found.None)
            {
                return;
            }

            Statement(statement);
        }
    }

    void Statement(StatementSyntax statement)
    {
        switch (statement)
        {
            case EmitSyntax emit:
                Expression(emit.Value);
                break;
            case IfSyntax branch:
                If(branch);
                break;
            case ForSyntax loop:
                Target(loop.Target);
                Expression(loop.Items);
                Body(loop.Body);
                Body(loop.Else);
                Expression(loop.Test);
                break;
            case SetSyntax set:
                Target(set.Target);
                Expression(set.Value);
                break;
            case SetBlockSyntax set:
                Target(set.Target);
                Expression(set.Filter);
                Body(set.Body);
                break;
            case DoSyntax action:
                Expression(action.Value);
                break;
            case WithSyntax with:
                foreach ((ExpressionSyntax target, _) in with.Assignments)
                {
                    Target(target);
                }

                foreach ((_, ExpressionSyntax value) in with.Assignments)
                {
                    Expression(value);
                }

                Body(with.Body);
                break;
            case CallBlockSyntax call:
                Expression(call.Call);
                Callable(call);
                break;
            case MacroSyntax macro:
                Callable(macro);
                break;
            case FilterBlockSyntax filter:
                Body(filter.Body);
                Expression(filter.Filter);
                break;
            case AutoescapeSyntax autoescape:
                Expression(autoescape.Enabled);
                Body(autoescape.Body);
                break;
            case LoadSyntax load:
                Expression(load.Template);
                break;
        }
    }

    void If(IfSyntax branch)
    {
        Expression(branch.Test);
        Body(branch.Body);
        foreach (IfSyntax elseIf in branch.ElseIfs)
        {
            If(elseIf);
        }

        Body(branch.Else);
    }

    void Callable(CallableSyntax callable)
    {
        foreach (NameSyntax parameter in callable.Signature.Parameters)
        {
            Stored(parameter.Name);
        }

        foreach (ExpressionSyntax value in callable.Signature.Defaults)
        {
            Expression(value);
        }

        Body(callable.Body);
    }

    void Target(ExpressionSyntax target)
    {
        if (target is NameSyntax name)
        {
            Stored(name.Name);
        }
        else if (target is TupleSyntax tuple)
        {
            foreach (ExpressionSyntax item in tuple.Items)
            {
                Target(item);
            }
        }
    }

    void Stored(string name) => _open &= ~FlagOf(name);

    void Expression(ExpressionSyntax? expression)
    {
        if (expression is NameSyntax name)
        {
            Found flag = FlagOf(name.Name) & _open;
            _found |= flag;
            _open &= ~flag;
        }
        else if (expression is not null and not ConstantSyntax && _open != Found.None)
        {
            // Depth was looked at when the scopes were analysed; this walk needs less.
            SyntaxChildren.Visit(expression, this, static (self, child) => self.Expression(child));
        }
    }

    static Found FlagOf(string name) => name switch
    {
        "loop" => Found.Loop,
        "caller" => Found.Caller,
        "varargs" => Found.Varargs,
        "kwargs" => Found.Kwargs,
        "self" => Found.Self,
        _ => Found.None,
    };
}
