using System.Text;
using Gild.Engine;

namespace Gild.Cli;

/// <summary>Hides secrets in all texts that go through it, as dbt does.</summary>
sealed class MaskingWriter(TextWriter inner, SecretMask secrets) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value is null ? null : secrets.Hide(value));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : secrets.Hide(value));

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
