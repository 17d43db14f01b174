using Gild.Engine.Loading;
using Gild.Engine.Manifest;

namespace Gild.Engine.Artifacts;

/// <summary>What the head of an artifact says about the invocation.</summary>
public sealed record ArtifactMetadata(string InvocationId, DateTimeOffset GeneratedAt, DateTimeOffset InvocationStartedAt, string AdapterType, string DbtVersion);

/// <summary>Writes <c>manifest.json</c> (v12).</summary>
public static class ManifestWriter
{
    /// <param name="compiled">Compiled code of nodes that this invocation compiled, by unique id.</param>
    public static void Write(
        Stream stream, ProjectManifest manifest, LoadedProject project, ArtifactMetadata metadata,
        IReadOnlyDictionary<string, CompiledText>? compiled = null) => throw new NotImplementedException();
}

/// <summary>What compiling a node gave, for the manifest.</summary>
/// <param name="ExtraCtes">Ids and SQL of ephemeral models that were put in front.</param>
public sealed record CompiledText(string Code, string CompiledPath, IReadOnlyList<KeyValuePair<string, string>> ExtraCtes, string? RelationName);
