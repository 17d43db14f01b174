using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>
/// Variables by dbt's precedence: the command line, then the root project's <c>vars</c> for the asking package, then the
/// root project's general ones, then the package's own in the same two steps.
/// </summary>
public sealed class VarLookup
{
    readonly DictValue _cli;
    readonly DictValue _root;
    readonly string _rootName;
    readonly Dictionary<string, DictValue> _packages = new(StringComparer.Ordinal);

    public VarLookup(DictValue cli, string rootName, DictValue root)
    {
        _cli = cli;
        _rootName = rootName;
        _root = root;
    }

    /// <summary>The variables given on the command line.</summary>
    public DictValue CommandLine => _cli;

    /// <summary>The <c>vars:</c> of the root project.</summary>
    public DictValue OfRoot => _root;

    public void Add(string package, DictValue vars) => _packages[package] = vars;

    /// <param name="package">The package whose file asks.</param>
    public bool TryGet(string package, string name, out Value value)
    {
        if (_cli.TryGetValue(name, out value) || TryScoped(_root, package, name, out value))
        {
            return true;
        }

        return !string.Equals(package, _rootName, StringComparison.Ordinal)
            && _packages.TryGetValue(package, out DictValue? own)
            && TryScoped(own, package, name, out value);
    }

    /// <summary>All names that <paramref name="package"/> may ask for, for messages.</summary>
    public IEnumerable<string> NamesFor(string package)
    {
        IEnumerable<DictValue> scopes = _packages.TryGetValue(package, out DictValue? own) ? [_cli, _root, own] : [_cli, _root];
        foreach (DictValue scope in scopes)
        {
            foreach (KeyValuePair<Value, Value> entry in scope.Entries)
            {
                if (entry.Key.TryGetText(out string name))
                {
                    yield return name;
                }
            }

            if (scope.TryGetValue(package, out Value inner) && inner.As<DictValue>() is { } scoped)
            {
                foreach (KeyValuePair<Value, Value> entry in scoped.Entries)
                {
                    yield return entry.Key.ToString();
                }
            }
        }
    }

    static bool TryScoped(DictValue vars, string package, string name, out Value value)
    {
        if (vars.TryGetValue(package, out Value scoped) && scoped.As<DictValue>() is { } own
            && own.TryGetValue(name, out value))
        {
            return true;
        }

        return vars.TryGetValue(name, out value);
    }
}
