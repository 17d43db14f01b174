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
            "timing" => new ListValue(result.Timings.Select(TimingDict)),
            "batch_results" => Value.None,
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    Value NodeValue()
    {
        if (result.Node is not CompilableNode node)
        {
            DictValue bare = new();
            bare["unique_id"] = result.Node.UniqueId;
            bare["name"] = result.Node.Name;
            bare["resource_type"] = result.Node.ResourceType.Word();
            bare["package_name"] = result.Node.PackageName;
            bare["path"] = result.Node.Path;
            bare["original_file_path"] = result.Node.OriginalFilePath;
            return bare;
        }

        DictValue view = NodeView.Of(node, null);
        view["compiled_code"] = result.CompiledCode;
        view["identifier"] = RelationFactory.Of(node, contexts).Identifier;
        return view;
    }

    static Value TimingDict(Timing timing)
    {
        DictValue dict = new();
        dict["name"] = timing.Name;
        dict["started_at"] = DateTimeValue.FromUtc(timing.Started);
        dict["completed_at"] = DateTimeValue.FromUtc(timing.Completed);
        return dict;
    }

    public override DictValue ToDict()
    {
        DictValue dict = new();
        foreach (string key in (ReadOnlySpan<string>)["status", "timing", "thread_id", "execution_time", "adapter_response", "message", "failures", "node", "relation_name"])
        {
            TryGetProperty(key, out Value value);
            dict[key] = value;
        }

        return dict;
    }

    protected override bool HasMethod(string name) => name == "to_dict";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments) => ToDict();
}
