using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>A node's result in <c>on-run-end</c> hooks: <c>res.node</c>, <c>res.status</c>, <c>res.message</c> ...</summary>
public sealed class ResultObject(NodeResult result, ContextFactory contexts) : DictLikeObject
{
    public override string TypeName => "RunResult";

    protected override bool TryGetProperty(string name, out Value value)
    {
        value = name switch
        {
            "node" => NodeValue(),
            "unique_id" => result.Node.UniqueId,
            "status" => result.Status.Word(),
            "message" => result.Message,
            "failures" => result.Failures is { } failures ? Value.From(failures) : Value.None,
            "execution_time" => result.Elapsed.TotalSeconds,
            "thread_id" => result.ThreadId,
            "adapter_response" => result.Response,
            "skip" => result.Status == NodeStatus.Skipped,
            "compiled_code" => result.CompiledCode,
            "relation_name" => result.RelationName,
            "timing" => new ListValue(result.Timings.Select(TimingValue)),
            "batch_results" => Value.None,
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    Value NodeValue()
    {
        if (result.Node is not CompilableNode node)
        {
            return new RecordObject(result.Node.GetType().Name, NodeView.OfAny(result.Node));
        }

        DictValue view = NodeView.Of(node, null);
        view["compiled_code"] = result.CompiledCode;
        view["identifier"] = RelationFactory.Of(node, contexts).Identifier;
        if (view.TryGetValue("config", out Value config) && config.As<DictValue>() is { } values)
        {
            view["config"] = new RecordObject("NodeConfig", values, isLenient: true);
        }

        return new RecordObject(node.GetType().Name, view);
    }

    static Value TimingValue(Timing timing) => new RecordObject("TimingInfo", new DictValue
    {
        ["name"] = timing.Name,
        ["started_at"] = DateTimeValue.FromUtc(timing.Started),
        ["completed_at"] = DateTimeValue.FromUtc(timing.Completed),
    });

    public override DictValue ToDict()
    {
        DictValue dict = new();
        foreach (string key in (ReadOnlySpan<string>)["status", "timing", "thread_id", "execution_time", "adapter_response", "message", "failures", "node", "relation_name"])
        {
            TryGetProperty(key, out Value value);
            dict[key] = key == "timing"
                ? new ListValue(value.As<ListValue>()!.Elements.Select(t => Value.From(t.As<RecordObject>()!.ToDict())))
                : value.As<DictLikeObject>() is { } inner ? inner.ToDict() : value;
        }

        return dict;
    }

    protected override bool HasMethod(string name) => name == "to_dict";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => ToDict();
}
