namespace Gild.Jinja.Tree;

/// <summary>Where the texts of a macro, a set block or a filter block are joined, for the errors that joining meets.</summary>
sealed class JoinPlace
{
    /// <summary>The line that Jinja2 reports.</summary>
    public int Line { get; set; }
}
