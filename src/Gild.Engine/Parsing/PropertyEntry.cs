using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Engine.Yaml;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>One element of a list in a property file: a model, a source, an exposure ...</summary>
/// <param name="File">The property file.</param>
/// <param name="Key">The list it stands in: <c>models</c>, <c>sources</c> ...</param>
/// <param name="Node">As written, with places.</param>
/// <param name="Data">Rendered, but for descriptions, tests and hooks.</param>
public sealed record PropertyEntry(ProjectFile File, string Key, YamlMapping Node, DictValue Data)
{
    public string Name => Data.TextOf("name") ?? "";

    public string Package => File.Package.Name;

    /// <summary><c>package://path</c>.</summary>
    public string PatchPath => $"{Package}://{File.OriginalPath}";

    /// <summary>The config with what may also stand beside it moved in; never null.</summary>
    public DictValue Config { get; } = Data.DictOf("config") ?? new DictValue();

    /// <summary>The place of the name, for messages.</summary>
    public Label NamePlace => (Node.Find("name") ?? Node).Place();

    /// <summary>The place of a key, else of the name.</summary>
    public Label PlaceOf(string key) => Node.FindKey(key)?.Place() ?? NamePlace;

    public GildException Error(string code, string message, string? key = null, params string[] help) => new(DbtKinds.Parsing,
        new Diagnostic(code, Severity.Error, message) { Labels = [key is null ? NamePlace : PlaceOf(key)], Help = help });

    /// <summary>The error of a name that stands for two things, or of a thing described twice.</summary>
    public GildException Twice(string message, string help) => new(DbtKinds.Compilation,
        new Diagnostic("P0410", Severity.Error, message) { Labels = [NamePlace], Help = [help] });
}
