using System.Globalization;
using System.Text;
using System.Text.Json;
using Gild.Engine;

namespace DbtRunner;

/// <summary>
/// The function's log: a JSON object a line with <c>timestamp</c>, <c>level</c>, <c>requestId</c> and <c>message</c>, as Lambda's own format has them, and
/// the fields of what happened. <c>AWS_LAMBDA_LOG_FORMAT=Text</c> gives plain lines, <c>AWS_LAMBDA_LOG_LEVEL</c> the least that is written.
/// </summary>
sealed class InvocationLog : IDisposable
{
    /// <summary>UTF-16 units of a line in the function's log: CloudWatch takes 256 KB.</summary>
    const int MostShown = 80_000;

    readonly TextWriter _output;
    readonly SecretMask _mask;
    readonly bool _plain;
    readonly LogLevel _level;
    readonly Lock _gate = new();
    StreamWriter? _file;

    public InvocationLog(TextWriter output, SecretMask mask, string? format, string? level)
    {
        _output = output;
        _mask = mask;
        _plain = string.Equals(format, "Text", StringComparison.OrdinalIgnoreCase);
        _level = level?.ToUpperInvariant() switch
        {
            "TRACE" or "DEBUG" => LogLevel.Debug,
            "WARN" => LogLevel.Warn,
            "ERROR" or "FATAL" => LogLevel.Error,
            _ => LogLevel.Info,
        };
    }

    /// <summary>The invocation under way; null between invocations.</summary>
    public string? RequestId { get; set; }

    /// <summary>The run under way.</summary>
    public string? Run { get; set; }

    /// <summary>Opens a second place that gets every line, down to the statements.</summary>
    public void OpenFile(FileStream file)
    {
        lock (_gate)
        {
            _file = new StreamWriter(file) { AutoFlush = true };
        }
    }

    public void CloseFile()
    {
        lock (_gate)
        {
            try
            {
                _file?.Dispose();
            }
            catch (IOException)
            {
                // The disk is full; what could be written is there.
            }

            _file = null;
        }
    }

    public void Write(LogLevel level, string message, Action<Utf8JsonWriter>? fields = null)
    {
        lock (_gate)
        {
            bool shown = level >= _level;
            if (!shown && _file is null)
            {
                return;
            }

            string line = _mask.Hide(Encoding.UTF8.GetString(Json(level, message, fields)));
            WriteToFile(line);
            if (shown)
            {
                _output.WriteLine(_plain ? $"{Word(level)} {RequestId} {BoundedText.Cut(_mask.Hide(message), MostShown)}" : line.Length <= MostShown ? line : Short(level, message));
                _output.Flush();
            }
        }
    }

    /// <summary>A full disk is no reason to end a run: the log goes on without the file.</summary>
    void WriteToFile(string line)
    {
        try
        {
            _file?.WriteLine(line);
        }
        catch (IOException e)
        {
            CloseFile();
            Write(LogLevel.Warn, $"the log file cannot be written, the log goes on without it: {e.Message}");
        }
    }

    /// <summary>The service cuts longer lines anywhere, and they are no JSON then.</summary>
    string Short(LogLevel level, string message) =>
        Encoding.UTF8.GetString(Json(level, BoundedText.Cut(_mask.Hide(message), MostShown / 8), json => json.WriteBoolean("cut", true)));

    public void Dispose() => CloseFile();

    /// <summary>A line that is written as it is, whatever the level (metrics).</summary>
    public void Raw(byte[] line)
    {
        lock (_gate)
        {
            _output.WriteLine(_mask.Hide(Encoding.UTF8.GetString(line)));
            _output.Flush();
        }
    }

    byte[] Json(LogLevel level, string message, Action<Utf8JsonWriter>? fields) => JsonText.Object(json =>
    {
        json.WriteString("timestamp", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("level", Word(level));
        if (RequestId is not null)
        {
            json.WriteString("requestId", RequestId);
        }

        if (Run is not null)
        {
            json.WriteString("run", Run);
        }

        json.WriteString("message", message);
        fields?.Invoke(json);
    });

    static string Word(LogLevel level) => level.ToString().ToUpperInvariant();
}
