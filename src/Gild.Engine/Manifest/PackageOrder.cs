namespace Gild.Engine.Manifest;

/// <summary>In which packages a name without a package is searched.</summary>
/// <param name="Root">The root project.</param>
/// <param name="OwnFirst">Whether code of a package finds its own resources before those of the root project (a flag of the project).</param>
public sealed record PackageOrder(string Root, bool OwnFirst = false)
{
    /// <summary>The packages for code of <paramref name="from"/>, the first counting most; null stands for all of them.</summary>
    public string?[] Of(string from) => from == Root ? [Root, null] : OwnFirst ? [from, Root, null] : [Root, from, null];
}
