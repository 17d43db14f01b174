using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace DbtRunner;

/// <summary>Names a run over all its invocations: <c>20260131T040000Z-1a2b3c4d</c>. Sorts by time; the token of <c>resume</c>.</summary>
static partial class RunId
{
    public static string New(DateTimeOffset now) =>
        $"{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    /// <summary>Nothing else becomes a part of a path.</summary>
    public static bool IsValid(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\z")]
    private static partial Regex Pattern();
}
