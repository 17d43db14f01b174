using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>dbt's own names, by the table of its documentation.</summary>
public sealed partial class NodeContext
{
    static readonly string[] BuiltinNames =
    [
        "ref", "source", "function", "metric", "config", "this", "model", "graph", "var", "env_var", "target", "adapter", "api", "execute", "flags",
        "log", "print", "exceptions", "builtins", "context", "statement", "run_query", "load_result", "store_result", "store_raw_result",
        "load_agate_table", "database", "schema", "schemas", "database_schemas", "sql", "compiled_code", "pre_hooks", "post_hooks", "results",
        "selected_resources", "invocation_args_dict", "dbt_metadata_envs", "try_or_compiler_error", "validation", "render", "write", "doc",
        "context_macro_stack", "invocation_id", "run_started_at", "dbt_version", "thread_id", "project_name", "sql_now", "debug",
        "column_name", "submit_python_job", "return", "fromjson", "tojson", "fromyaml", "toyaml", "set", "set_strict", "zip", "zip_strict",
        "local_md5", "diff_of_two_dicts", "modules",
    ];

    bool TryBuiltin(string name, out Value value)
    {
        value = name switch
        {
            "ref" => new ResolverFunction("ref", Ref, this),
            "source" => new ResolverFunction("source", Source, this),
            "function" => new FunctionValue("function", UserFunction),
            "metric" => new FunctionValue("metric", Metric),
            "doc" => new FunctionValue("doc", Doc),
            "var" => new VarObject(this),
            "env_var" => new FunctionValue("env_var", EnvVar),
            "config" => Node is null ? default : Value.From(new ConfigObject(this)),
            "this" => This(),
            "model" => Node is null ? default : Value.From(NodeView.Model(Node, this)),
            "graph" => Run is { } run ? run.Graph.Value : new DictValue(),
            "target" => Factory.Target,
            "adapter" => new AdapterObject(this),
            "api" => new ApiObject(Adapter, Factory.Project.Quoting),
            "execute" => Execute,
            "flags" => new FlagsObject(Invocation),
            "log" => new FunctionValue("log", Log),
            "print" => new FunctionValue("print", Print),
            "modules" => new ModulesObject(() => Warn(
                "ModulesItertoolsUsageDeprecation", "Usage of itertools modules is deprecated. Jinja's own functions do the same.")),
            "exceptions" => new ExceptionsObject(this),
            "builtins" => Builtins(),
            "context" => new ContextObject(this),
            "load_result" => new FunctionValue("load_result", LoadResult),
            "store_result" => new FunctionValue("store_result", StoreResult),
            "store_raw_result" => new FunctionValue("store_raw_result", StoreRawResult),
            "load_agate_table" => new FunctionValue("load_agate_table", LoadAgateTable),
            "database" => Node?.Database ?? Adapter.Target.Database,
            "schema" => Node is null ? Adapter.Target.Schema : Node.Schema,
            "pre_hooks" => Hooks("pre-hook"),
            "post_hooks" => Hooks("post-hook"),
            "sql" or "compiled_code" => Run is not null && Node is not null && Run.CompiledCode.TryGetValue(Node.UniqueId, out string? sql) ? sql : default(Value),
            "selected_resources" => new ListValue((Run?.SelectedResources ?? []).Select(r => Value.From(r))),
            "invocation_args_dict" => Invocation.ArgumentsDict(),
            "dbt_metadata_envs" => Invocation.MetadataEnvironment(),
            "try_or_compiler_error" => new FunctionValue("try_or_compiler_error", TryOrCompilerError),
            "validation" => new ValidationObject(),
            "render" => new FunctionValue("render", Render),
            "write" => new FunctionValue("write", Write),
            "context_macro_stack" => new FunctionValue("context_macro_stack", (c, _) => new ListValue(c.MacroStack.Select(f => Value.From(f.Macro)))),
            "invocation_id" => Invocation.InvocationId,
            "run_started_at" => DateTimeValue.FromUtc(Invocation.StartedAt),
            "dbt_version" => InvocationState.DbtVersion,
            "thread_id" => Thread.CurrentThread.Name ?? "MainThread",
            "project_name" => Factory.Project.ProjectName,
            "sql_now" => "current_timestamp",
            "column_name" => Node is TestNode { ColumnName: { } column } ? column : default(Value),
            "_dbt_generic_test_kwargs" => Node is TestNode { Generic: { } generic } ? TestArguments(generic) : default(Value),
            "debug" => new FunctionValue("debug", (_, _) => Value.EmptyString),
            "adapter_macro" => new FunctionValue("adapter_macro", (_, arguments) => throw new JinjaException("CompilationError",
                "The \"adapter_macro\" macro has been deprecated. Instead, use the `adapter.dispatch` method to find a macro and call the result. "
                + $"adapter_macro was called for: {arguments.Get(0, "name", Value.None)}")),
            "submit_python_job" => new FunctionValue("submit_python_job", (_, _) =>
                throw new JinjaException("CompilationError", "Python code is read and listed, not run: write the model in SQL")),
            _ => default(Value),
        };
        return !value.IsUndefined;
    }

    /// <summary>The arguments of a generic test: texts are templates or calls, except the column's name.</summary>
    DictValue TestArguments(GenericTestInfo generic)
    {
        using RenderContext context = new(Execute ? Factory.RunEnvironment : Factory.Environment);
        DictValue arguments = new();
        foreach ((Value key, Value value) in generic.Arguments.Entries)
        {
            arguments[key] = key.AsString == "column_name" ? value : Rendered(context, value);
        }

        return arguments;
    }

    Value Rendered(RenderContext context, Value value)
    {
        if (value.TryGetText(out string text))
        {
            string source = TestCall.IsMatch(text) ? "{{ " + text + " }}" : text;
            return source.Contains("{{", StringComparison.Ordinal) || source.Contains("{%", StringComparison.Ordinal)
                ? Factory.CompileText(source, Node!.OriginalFilePath).RenderNative(context, this)
                : value;
        }

        switch (value.AsObject)
        {
            case ListValue list:
                return new ListValue(list.Elements.Select(e => Rendered(context, e)).ToList());
            case DictValue dict:
                DictValue copy = new();
                foreach ((Value key, Value item) in dict.Entries)
                {
                    copy[key] = Rendered(context, item);
                }

                return copy;
            default:
                return value;
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$")]
    private static partial System.Text.RegularExpressions.Regex TestCall { get; }

    DictValue Builtins()
    {
        DictValue dict = new();
        foreach (string name in BuiltinNames)
        {
            if (name is not ("builtins" or "context" or "graph" or "model" or "sql" or "compiled_code") && TryBuiltin(name, out Value value))
            {
                dict[name] = value;
            }
        }

        foreach (string name in (ReadOnlySpan<string>)["fromjson", "tojson", "fromyaml", "toyaml", "set", "set_strict", "zip", "zip_strict", "local_md5", "modules", "return"])
        {
            if (Factory.Environment.TryGetGlobal(name, out Value value))
            {
                dict[name] = value;
            }
        }

        return dict;
    }

    Value This()
    {
        if (Node is null || Node.ResourceType is ResourceType.Operation or ResourceType.SqlOperation)
        {
            return default;
        }

        if (Overrides is { } overrides && overrides.Inputs.TryGetValue(Node.UniqueId, out string? cte))
        {
            return InputRelation(Node.UniqueId, cte);
        }

        return new RelationObject(RelationFactory.Of(Node, Factory), Adapter);
    }

    Value Hooks(string key)
    {
        ListValue hooks = new();
        if (Node is not null && Node.Config.Values.TryGetValue(key, out Value given) && ValueOps.Iterate(given) is { } items)
        {
            foreach (Value item in items)
            {
                hooks.Elements.Add(HookOf(item));
            }
        }

        return hooks;
    }

    /// <summary>A hook as <c>run_hooks</c> wants it: sql and whether it runs inside the transaction.</summary>
    internal static Value HookOf(Value item)
    {
        DictValue hook = new();
        if (item.As<DictValue>() is { } dict)
        {
            hook["sql"] = dict.TryGetValue("sql", out Value sql) ? sql : "";
            hook["transaction"] = !dict.TryGetValue("transaction", out Value inside) || inside.IsTrue;
            return hook;
        }

        string text = item.ToString();
        // before_begin() and after_commit() render to JSON
        if (text.AsSpan().TrimStart().StartsWith("{") && JsonText.TryRead(text, out Value parsed) && parsed.As<DictValue>() is { } inner
            && inner.TryGetValue("sql", out Value innerSql))
        {
            hook["sql"] = innerSql;
            hook["transaction"] = !inner.TryGetValue("transaction", out Value inside) || inside.IsTrue;
            return hook;
        }

        hook["sql"] = text;
        hook["transaction"] = true;
        return hook;
    }

    Value Log(RenderContext context, Arguments arguments)
    {
        string text = arguments.Require(0, "msg", "log").ToString();
        bool info = arguments.Get(1, "info", false).IsTrue;
        Invocation.Report(new LogLine(info ? LogLevel.Info : LogLevel.Debug, text) { NodeId = Node?.UniqueId });
        return Value.EmptyString;
    }

    Value Print(RenderContext context, Arguments arguments)
    {
        if (Invocation.Flags.TryGetValue("PRINT", out Value print) ? print.IsTrue : true)
        {
            Invocation.Report(new PrintLine(arguments.Require(0, "msg", "print").ToString()));
        }

        return Value.EmptyString;
    }

    Value EnvVar(RenderContext context, Arguments arguments)
    {
        string name = arguments.Require(0, "var", "env_var").ToString();
        if (Overrides?.Environment is { } overridden && overridden.TryGetValue(name, out Value replaced))
        {
            return replaced.ToString();
        }

        Value otherwise = arguments.Get(1, "default", Value.Undefined);
        return Factory.Project.Environment.Get(name, otherwise.IsNone ? Value.Undefined : otherwise);
    }

    Value LoadResult(RenderContext context, Arguments arguments)
    {
        string name = arguments.Require(0, "name", "load_result").ToString();
        if (!_results.TryGetValue(name, out Value result))
        {
            return _loaded.Contains(name)
                ? throw new JinjaException("CompilationError", $"The 'statement' result named '{name}' has already been loaded into a variable")
                : Value.None;
        }

        if (name != "main")
        {
            _results.Remove(name);
            _loaded.Add(name);
        }

        return result;
    }

    Value StoreResult(RenderContext context, Arguments arguments)
    {
        arguments.CheckSignature("store_result", ["name", "response", "agate_table"]);
        string name = arguments.Require(0, "name", "store_result").ToString();
        Value table = arguments.Get(2, "agate_table", Value.None);
        DictValue result = new();
        result["response"] = arguments.Require(1, "response", "store_result");
        result["data"] = table.As<TableObject>() is { } t
            ? new ListValue(t.Table.Rows.Select(r => Value.From(new ListValue(r))))
            : new ListValue();
        result["table"] = table.IsNone ? EmptyTable() : table;
        _results[name] = result;
        _loaded.Remove(name);
        return Value.EmptyString;
    }

    Value StoreRawResult(RenderContext context, Arguments arguments)
    {
        string name = arguments.Require(0, "name", "store_raw_result").ToString();
        Value message = arguments.Get(1, "message", Value.None);
        Value code = arguments.Get(2, "code", Value.None);
        Value rows = arguments.Get(3, "rows_affected", Value.None);
        ResponseObject response = new(new Adapters.AdapterResponse(
            message.IsNone ? "" : message.ToString(),
            code.IsNone ? null : code.ToString(),
            rows.IsInt64 ? rows.AsInt64 : rows.TryGetText(out string text) && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out long n) ? n : null));
        return StoreResult(context, new Arguments([name, response, arguments.Get(4, "agate_table", Value.None)]));
    }

    internal TableObject EmptyTable() => Table(Adapters.ResultTable.Empty);

    internal TableObject Table(Adapters.ResultTable table) => new(table, text => Invocation.Report(new PrintLine(text)));

    Value LoadAgateTable(RenderContext context, Arguments arguments)
    {
        if (Node is not SeedNode seed || Run is null)
        {
            throw new JinjaException("CompilationError", "can only load_agate_table for seeds (got a " + (Node?.ResourceType.Word() ?? "macro") + ")");
        }

        return Table(Run.ReadSeed(seed));
    }

    Value TryOrCompilerError(RenderContext context, Arguments arguments)
    {
        string message = arguments.Require(0, "message_if_exception", "try_or_compiler_error").ToString();
        Value callee = arguments.Require(1, "func", "try_or_compiler_error");
        try
        {
            return context.Call(callee, new Arguments(arguments.Positional[2..], arguments.KeywordNames, arguments.KeywordValues));
        }
        catch (Exception e) when (e is JinjaException or GildException or Adapters.AdapterException)
        {
            throw new JinjaException("CompilationError", message, e);
        }
    }

    Value Render(RenderContext context, Arguments arguments)
    {
        string text = arguments.Require(0, "string", "render").ToString();
        if (text.AsSpan().IndexOf('{') < 0)
        {
            return text;
        }

        Template template = Factory.CompileText(text, Node?.OriginalFilePath ?? "render()");
        return template.Render(context, this);
    }

    Value Write(RenderContext context, Arguments arguments)
    {
        if (Node is not null && Run is not null)
        {
            Run.WriteRunFile(Node, arguments.Require(0, "payload", "write").ToString());
        }

        return Value.EmptyString;
    }
}
