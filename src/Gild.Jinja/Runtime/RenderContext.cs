using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.Jinja.Runtime;

/// <summary>The state of one render; belongs to one thread.</summary>
public sealed class RenderContext : IDisposable
{
    public RenderContext(JinjaEnvironment environment, CancellationToken cancellation = default)
    {
        Environment = environment;
        Cancellation = cancellation;
        Output = new OutputBuffer(environment.Options.MaxOutput);
    }

    public JinjaEnvironment Environment { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>Free for the host.</summary>
    public object? Host { get; set; }

    /// <summary>What the render has written; builtins use its tail to build texts.</summary>
    public OutputBuffer Output { get; }

    /// <summary>The macro calls that are running, innermost last.</summary>
    public IReadOnlyList<TraceFrame> MacroStack => throw new NotImplementedException();

    /// <summary>Calls any callable value.</summary>
    /// <exception cref="JinjaException">TypeError when it cannot be called.</exception>
    public Value Call(Value callee, Arguments arguments) => throw new NotImplementedException();

    /// <summary><c>target.name(...)</c>.</summary>
    public Value CallMethod(Value target, string name, Arguments arguments) => throw new NotImplementedException();

    /// <summary><c>target.name</c>: attribute first, then item, then undefined.</summary>
    /// <exception cref="JinjaException">UndefinedError when the target itself is undefined.</exception>
    public Value GetAttribute(Value target, string name) => throw new NotImplementedException();

    /// <summary><c>target[key]</c>: item first, then attribute when the key is a str, then undefined.</summary>
    /// <exception cref="JinjaException">UndefinedError when the target itself is undefined.</exception>
    public Value GetItem(Value target, Value key) => throw new NotImplementedException();

    /// <summary>Counts work against the iteration limit; builtins that loop call it now and then.</summary>
    /// <exception cref="OperationCanceledException">The render was cancelled.</exception>
    public void Tick(int iterations = 1) => throw new NotImplementedException();

    /// <summary>The undefined that this environment makes for a missing attribute, item or name.</summary>
    public Value UndefinedFor(string? name, string? ownerType = null, string? hint = null) =>
        Value.From(new UndefinedValue(Environment.Options.Undefined, name, ownerType, hint));

    public void Dispose() => Output.Dispose();
}
