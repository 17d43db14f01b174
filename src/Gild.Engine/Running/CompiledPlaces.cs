using Gild.Engine.Adapters;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;

namespace Gild.Engine.Running;

/// <summary>From a place of the SQL that the warehouse saw back to the place of the model that wrote it.</summary>
/// <param name="injected">The compiled code, ephemeral models included.</param>
/// <param name="split">Where the ephemeral models stand in it: offset and length; length 0 without any.</param>
/// <param name="map">Which source wrote which part of the code before ephemeral models came in front.</param>
public sealed class CompiledPlaces(string injected, Span split, OutputMap map)
{
    /// <summary>
    /// The place behind the failure, or null when the warehouse named none, or one that the model's own code did not write
    /// (a materialization, an ephemeral model).
    /// </summary>
    public Label? Find(AdapterException e)
    {
        if (e.Position is not { } position || e.Statement is not { } statement)
        {
            return null;
        }

        string code = injected.Trim();
        int start = code.Length == 0 ? -1 : statement.IndexOf(code, StringComparison.Ordinal);
        if (start < 0 || position < start || position >= start + code.Length)
        {
            return null;
        }

        int offset = position - start + injected.IndexOf(code, StringComparison.Ordinal);
        if (split.Length > 0 && offset >= split.Offset)
        {
            if (offset < split.End)
            {
                return null;
            }

            offset -= split.Length;
        }

        return map.TryFind(offset, out SourceText source, out Span span) ? new Label(source, span, "wrote the SQL that failed") : null;
    }
}
