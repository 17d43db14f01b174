using Gild.Engine.Loading;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Engine.Parsing;

/// <summary>A node that a file or a block defines, before its code is rendered.</summary>
public sealed class NodeDraft
{
    public required ProjectFile File { get; init; }

    public required ResourceType Type { get; init; }

    /// <summary>The file's base name, or the name of the block.</summary>
    public required string Name { get; init; }

    public required SourceText Source { get; init; }

    public string Checksum { get; init; } = "";

    public string ChecksumName { get; init; } = "sha256";

    /// <summary>Its properties, if a property file describes it.</summary>
    public PropertyEntry? Properties { get; set; }

    /// <summary>The element of <c>versions</c> that this file is; null for an unversioned model.</summary>
    public DictValue? Version { get; set; }

    /// <summary>Code that is not the file's own (a snapshot defined in YAML).</summary>
    public RefCall? RelationRef { get; init; }

    public SourceCall? RelationSource { get; init; }

    /// <summary>For a snapshot defined in YAML: fqn and path come from the property file.</summary>
    public bool IsYamlSnapshot { get; init; }

    /// <summary>The same without its properties.</summary>
    public NodeDraft Undescribed() => new()
    {
        File = File,
        Type = Type,
        Name = Name,
        Source = Source,
        Checksum = Checksum,
        ChecksumName = ChecksumName,
        RelationRef = RelationRef,
        RelationSource = RelationSource,
        IsYamlSnapshot = IsYamlSnapshot,
    };

    /// <summary><c>sql</c> or <c>python</c>, by the file's ending.</summary>
    public string Language => File.RelativePath.EndsWith(".py", StringComparison.OrdinalIgnoreCase) ? "python" : "sql";

    public string Package => File.Package.Name;

    public Label Place => new(Source, new Span(0, 0));
}
