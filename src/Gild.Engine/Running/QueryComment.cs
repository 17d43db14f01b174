using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>
/// The comment that goes with every statement: dbt's own, the project's (<c>query-comment</c>), or none. As in dbt the project's text is the
/// body of a macro with the parameters <c>connection_name</c> and <c>node</c>, and may <c>return()</c> its value.
/// </summary>
public sealed class QueryComment
{
    readonly CommandScope _scope;
    readonly bool _appends;
    readonly bool _isDefault;
    readonly MacroDefinition? _macro;

    /// <param name="scope">The command, whose project says what the comment is.</param>
    /// <exception cref="JinjaException">The project's comment is no template.</exception>
    public QueryComment(CommandScope scope)
    {
        _scope = scope;
        Value text = scope.Contexts.Project.QueryComment;
        if (text.As<DictValue>() is { } dict)
        {
            _appends = dict.TryGetValue("append", out Value append) && append.IsTrue;
            text = dict.TryGetValue("comment", out Value given) ? given : Value.Undefined;
        }

        _isDefault = text.IsUndefined;
        if (text.TryGetText(out string template) && template.Length > 0)
        {
            _macro = scope.Contexts.CompileText($"{{% macro query_comment(connection_name, node) %}}\n{template}\n{{% endmacro %}}", "query-comment").Macros[0];
        }
    }

    /// <summary>Gives a session the comment of a node; of its own name where it serves none.</summary>
    /// <exception cref="GildException">Runtime Error: the comment would end itself.</exception>
    /// <exception cref="JinjaException">The project's comment cannot be rendered.</exception>
    public void Set(WarehouseSession session, CompilableNode? node)
    {
        session.AppendComment = _appends;
        session.Comment = _isDefault ? Default(session.Name, node) : _macro is null ? "" : Render(_macro, session.Name, node);
    }

    string Default(string connection, CompilableNode? node)
    {
        DictValue dict = new();
        dict["app"] = "dbt";
        dict["dbt_version"] = InvocationState.DbtVersion;
        dict["profile_name"] = _scope.Contexts.Project.ProfileName;
        dict["target_name"] = _scope.Contexts.Project.TargetName;
        (string key, string name) = node is null ? ("connection_name", connection) : ("node_id", node.UniqueId);
        dict[key] = name;
        return JsonText.Write(dict, false);
    }

    string Render(MacroDefinition macro, string connection, CompilableNode? node)
    {
        NodeContext names = _scope.Contexts.ForRun(node, _scope.Manifest.ProjectName, _scope.Run, null);
        using RenderContext context = new(_scope.Contexts.RunEnvironment);
        Value result = macro.Invoke(context, names, new Arguments([connection, node is null ? Value.None : NodeView.Of(node, null)]));
        string text = result.ToString();
        return text.Contains("*/", StringComparison.Ordinal)
            ? throw new GildException(DbtKinds.Runtime, "R0650", "query comment contains illegal value \"*/\": " + text.Trim())
            : text;
    }
}
