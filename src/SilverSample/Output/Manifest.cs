using System.Buffers;
using System.Text.Json;

namespace SilverSample.Output;

/// <summary>
/// silver-sample.json in the sample folder: what the folder holds. Written last, so a folder without it is not a
/// complete sample.
/// </summary>
/// <param name="Size">S, M or L.</param>
/// <param name="Seed">Seed of the sample.</param>
/// <param name="IsLongText">Written with --long-text.</param>
/// <param name="Days">1, or 1 and 2.</param>
/// <param name="IsAddingDay2">Day 2 was begun and must be repeated.</param>
sealed record Manifest(string Size, ulong Seed, bool IsLongText, int Days, bool IsAddingDay2)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "silver-sample.json";

    /// <summary>Reads the manifest of a folder; NULL when the folder has none.</summary>
    /// <exception cref="SampleException">The file is not a manifest.</exception>
    public static Manifest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            return new Manifest(
                root.GetProperty("size").GetString()!,
                root.GetProperty("seed").GetUInt64(),
                root.GetProperty("long_text").GetBoolean(),
                root.GetProperty("days").GetInt32(),
                root.GetProperty("adding_day_2").GetBoolean());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SampleException($"{path} is not a sample manifest ({e.Message}) Delete the folder or choose another one.", e);
        }
    }

    /// <summary>Writes the manifest in one step.</summary>
    public void Write(string folder)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("size", Size);
            json.WriteNumber("seed", Seed);
            json.WriteBoolean("long_text", IsLongText);
            json.WriteNumber("days", Days);
            json.WriteBoolean("adding_day_2", IsAddingDay2);
            json.WriteEndObject();
        }

        var path = Path.Combine(folder, FileName);
        File.WriteAllBytes(path + ".new", buffer.WrittenSpan);
        File.Move(path + ".new", path, overwrite: true);
    }
}
