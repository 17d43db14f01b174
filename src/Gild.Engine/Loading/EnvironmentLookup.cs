using System.Collections.Concurrent;
using Gild.Jinja;
using Gild.Jinja.Values;

namespace Gild.Engine.Loading;

/// <summary>
/// Environment variables as <c>env_var()</c> sees them: names that begin with <c>DBT_ENV_SECRET_</c> only where secrets
/// are allowed (profiles.yml, packages.yml), names of the run's own options (<c>DBT_ENGINE_</c>) as any other.
/// Safe for several threads.
/// </summary>
public sealed class EnvironmentLookup(Func<string, string?> environment)
{
    public const string SecretPrefix = SecretMask.DbtPrefix;

    readonly ConcurrentDictionary<string, string> _used = new(StringComparer.Ordinal);

    /// <summary>Variables that were asked for, with their values; no secrets.</summary>
    public IReadOnlyDictionary<string, string> Used => _used;

    /// <summary>The variable's text, or <paramref name="otherwise"/> (undefined: it is required).</summary>
    /// <exception cref="GildException">
    /// Parsing Error when it is required and not set; a secret asked for where secrets are not allowed.
    /// </exception>
    public Value Get(string name, Value otherwise, bool allowSecrets = false)
    {
        bool secret = name.StartsWith(SecretPrefix, StringComparison.Ordinal);
        if (secret && !allowSecrets)
        {
            throw new GildException(DbtKinds.Parsing, "P0330",
                $"the secret environment variable `{name}` cannot be used here",
                $"variables that begin with {SecretPrefix} are allowed in profiles.yml and packages.yml only");
        }

        if (environment(name) is { } text)
        {
            if (!secret)
            {
                _used[name] = text;
            }

            return text;
        }

        if (!otherwise.IsUndefined)
        {
            return otherwise;
        }

        throw new GildException(DbtKinds.Parsing, "P0331", $"the environment variable `{name}` is required and not set",
            $"set {name}, or give env_var a default: env_var('{name}', 'value')");
    }

    /// <summary><c>env_var(name, default=None)</c> as a template function.</summary>
    public FunctionValue Function(bool allowSecrets) => new("env_var", (_, arguments) =>
    {
        Value name = arguments.Require(0, "var", "env_var");
        Value otherwise = arguments.Get(1, "default", Value.Undefined);
        return name.TryGetText(out string text)
            ? Get(text, otherwise.IsNone ? Value.Undefined : otherwise, allowSecrets)
            : throw JinjaException.TypeError("env_var() takes the name of the variable as a str");
    });
}
