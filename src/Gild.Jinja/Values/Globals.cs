namespace Gild.Jinja.Values;

/// <summary>
/// The names that a render finds outside the template. Looked up at most once per name and activation, so an
/// implementation may compute its values lazily.
/// </summary>
public abstract class Globals
{
    public abstract bool TryGet(string name, out Value value);

    /// <summary>Known names, for "did you mean" hints and <c>context</c>.</summary>
    public virtual IEnumerable<string> Names => [];
}

/// <summary>Globals from a dictionary, over optional further ones.</summary>
public sealed class DictionaryGlobals(Dictionary<string, Value> values, Globals? parent = null) : Globals
{
    public override bool TryGet(string name, out Value value) =>
        values.TryGetValue(name, out value) || (parent is not null && parent.TryGet(name, out value));

    public override IEnumerable<string> Names => parent is null ? values.Keys : values.Keys.Concat(parent.Names);
}
