using System.Globalization;
using System.Text;
using System.Text.Json;
using Gild.Engine;

namespace DbtRunner;

/// <summary>
/// The function's log: a JSON object a line with <c>timestamp</c>, <c>level</c>, <c>requestId</c> and <c>message</c>, as Lambda's own format has them, and
/// the fields of what happened. <c>AWS_LAMBDA_LOG_FORMAT=Text</c> gives plain lines, <c>AWS_LAMBDA_LOG_LEVEL</c> the least that is written.
/// </summary>
sealed class InvocationLog
{
    readonly TextWriter _output;
    readonly SecretMask _mask;
    readonly bool _plain;
    readonly LogLevel _level;
    readonly Lock _gate = new();

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

    /// <summary>A second place that gets every line, down to the statements; null for none.</summary>
    public TextWriter? File { get; set; }

    public void Write(LogLevel level, string message, Action<Utf8JsonWriter>? fields = null)
    {
        lock (_gate)
        {
            bool shown = level >= _level;
            if (!shown && File is null)
            {
                return;
            }

            string line = _mask.Hide(Encoding.UTF8.GetString(Json(level, message, fields)));
            File?.WriteLine(line);
            if (shown)
            {
                _output.WriteLine(_plain ? _mask.Hide($"{Word(level)} {RequestId} {message}") : line);
                _output.Flush();
            }
        }
    }

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
