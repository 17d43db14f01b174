using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>The comment that goes with every statement: dbt's own, the project's, or none.</summary>
public static class QueryComment
{
    public static void Set(WarehouseSession session, CompilableNode node, CommandScope scope)
    {
        Value configured = scope.Contexts.Project.QueryComment;
        session.AppendComment = false;
        if (configured.IsNone)
        {
            session.Comment = "";
            return;
        }

        if (configured.IsUndefined)
        {
            session.Comment = Default(node.UniqueId, scope.Contexts);
            return;
        }

        Value text = configured;
        if (configured.As<DictValue>() is { } dict)
        {
            session.AppendComment = dict.TryGetValue("append", out Value append) && append.IsTrue;
            if (!dict.TryGetValue("comment", out text))
            {
                session.Comment = Default(node.UniqueId, scope.Contexts);
                return;
            }
        }

        session.Comment = text.TryGetText(out string template) && template.Length > 0 ? Render(template, node, scope) : "";
    }

    static string Default(string nodeId, ContextFactory contexts)
    {
        DictValue dict = new();
        dict["app"] = "dbt";
        dict["dbt_version"] = InvocationState.DbtVersion;
        dict["profile_name"] = contexts.Project.ProfileName;
        dict["target_name"] = contexts.Project.TargetName;
        dict["node_id"] = nodeId;
        return JsonText.Write(dict, false);
    }

    static string Render(string template, CompilableNode node, CommandScope scope)
    {
        NodeContext names = scope.Contexts.ForRun(node, scope.Manifest.ProjectName, scope.Run, null);
        names.Set("node", NodeView.Of(node, null));
        names.Set("connection_name", node.UniqueId);
        using RenderContext context = new(scope.Contexts.RunEnvironment);
        Template compiled = scope.Contexts.CompileText(template, "query-comment");
        string text = compiled.Render(context, names);
        return text.Contains("*/", StringComparison.Ordinal)
            ? throw new GildException(DbtKinds.Runtime, "R0650", "query comment contains illegal value \"*/\": " + text)
            : text;
    }
}
