using Gild.Engine.Manifest;
using Gild.Engine.Values;
using Gild.Jinja;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Context;

/// <summary>
/// <c>config</c> of templates. While parsing, calls are recorded and every look gives an empty text; when running,
/// calls do nothing and looks give the node's resolved configuration.
/// </summary>
public sealed class ConfigObject(NodeContext owner) : HostObject
{
    public override string TypeName => "Config";

    public override bool IsCallable => true;

    CompilableNode Node => owner.Node!;

    public override Value Call(RenderContext context, Arguments arguments)
    {
        if (owner.Recorder is not { } recorder)
        {
            return Value.EmptyString;
        }

        DictValue options = new();
        if (arguments.Count == 1 && arguments.KeywordNames.Length == 0 && arguments.Positional[0].As<DictValue>() is { } dict)
        {
            foreach ((Value key, Value value) in dict.Entries)
            {
                options[key] = value;
            }
        }
        else if (arguments.Count == 0)
        {
            for (int i = 0; i < arguments.KeywordNames.Length; i++)
            {
                options[arguments.KeywordNames[i]] = arguments.KeywordValues[i];
            }
        }
        else
        {
            throw new JinjaException("CompilationError", "Invalid inline model config");
        }

        foreach (string hook in (ReadOnlySpan<string>)["pre", "post"])
        {
            string written = hook + "_hook";
            if (options.TryGetValue(written, out Value value))
            {
                if (options.TryGetValue(hook + "-hook", out _))
                {
                    throw new JinjaException("CompilationError", $"Invalid config, has conflicting keys \"{written}\" and \"{hook}-hook\"");
                }

                options.Remove(written);
                options[hook + "-hook"] = value;
            }
        }

        ConfigMerge.AddWritten(recorder.Written, options);
        ConfigMerge.AddCall(recorder.Config, options);
        return Value.EmptyString;
    }

    protected override bool HasMethod(string name) => name is "get" or "require" or "set" or "meta_get" or "meta_require"
        or "persist_relation_docs" or "persist_column_docs" or "validate";

    protected override Value Invoke(RenderContext context, string name, Arguments arguments)
    {
        if (name == "set")
        {
            return Set(context, arguments);
        }

        if (owner.Recorder is not null)
        {
            return name.StartsWith("persist", StringComparison.Ordinal) ? Value.False : Value.EmptyString;
        }

        return name switch
        {
            "get" => Get(context, arguments),
            "require" => Require(context, arguments, Node.Config.Values, "require"),
            "meta_get" => arguments.Require(0, "name", name) is var key && Meta.TryGetValue(key, out Value value)
                ? Validated(context, arguments, value, 2) : arguments.Get(1, "default", Value.None),
            "meta_require" => Require(context, arguments, Meta, "meta_require"),
            "persist_relation_docs" => PersistDocs("relation"),
            "persist_column_docs" => PersistDocs("columns"),
            _ => Value.EmptyString,
        };
    }

    DictValue Meta => Node.Config.Values.TryGetValue("meta", out Value meta) && meta.As<DictValue>() is { } dict ? dict : new DictValue();

    Value Set(RenderContext context, Arguments arguments)
    {
        string name = arguments.Require(0, "name", "set").ToString();
        Value value = arguments.Require(1, "value", "set");
        return Call(context, new Arguments([], [name], [value]));
    }

    /// <summary>A config by name. One that every node of the type has is none when it is not set: then no default applies either.</summary>
    internal bool TryLook(Value name, out Value value)
    {
        DictValue values = Node.Config.Values;
        if (values.TryGetValue(name, out value))
        {
            return true;
        }

        switch (name.AsString)
        {
            case "pre_hook":
                return values.TryGetValue("pre-hook", out value);
            case "post_hook":
                return values.TryGetValue("post-hook", out value);
            case "snapshot_table_column_names" when Node.ResourceType == ResourceType.Snapshot:
                value = SnapshotColumns(values);
                return true;
            default:
                value = Value.None;
                return ConfigDefaults.Has(Node.ResourceType, name);
        }
    }

    /// <summary>The names of a snapshot's own columns, with <c>snapshot_meta_column_names</c> over dbt's.</summary>
    static DictValue SnapshotColumns(DictValue values)
    {
        DictValue? renamed = values.TryGetValue(ConfigDefaults.SnapshotColumns, out Value given) ? given.As<DictValue>() : null;
        DictValue columns = new();
        foreach (string column in ConfigDefaults.SnapshotColumnKeys)
        {
            columns[column] = renamed is not null && renamed.TryGetValue(column, out Value name) && name.IsTrue ? name : column;
        }

        return columns;
    }

    Value Get(RenderContext context, Arguments arguments)
    {
        Value name = arguments.Require(0, "name", "get");
        if (TryLook(name, out Value value))
        {
            return Validated(context, arguments, value, 2);
        }

        if (Meta.TryGetValue(name, out _))
        {
            owner.Note("GetMetaKeyWarning", $"config.get('{name}') does not look into meta; use config.meta_get('{name}')");
        }

        return arguments.Get(1, "default", Value.None);
    }

    static Value Validated(RenderContext context, Arguments arguments, Value value, int index)
    {
        if (!value.IsNone && arguments.TryGet(index, "validator", out Value validator) && !validator.IsNone)
        {
            context.Call(validator, new Arguments([value]));
        }

        return value;
    }

    Value Require(RenderContext context, Arguments arguments, DictValue values, string function)
    {
        Value name = arguments.Require(0, "name", function);
        Value value;
        if (ReferenceEquals(values, Node.Config.Values) ? TryLook(name, out value) : values.TryGetValue(name, out value))
        {
            return Validated(context, arguments, value, 1);
        }

        JinjaException error = new(
            "CompilationError", $"Model '{Node.UniqueId}' does not define a required config parameter '{name}'.");
        string? near = NearestName.Find(name.ToString(), values.Entries.Select(e => e.Key.ToString()));
        throw near is null ? error : error.WithHelp($"a config with a similar name is set: `{near}`");
    }

    Value PersistDocs(string which)
    {
        if (!Node.Config.Values.TryGetValue("persist_docs", out Value docs) || docs.IsNone)
        {
            return false;
        }

        if (docs.As<DictValue>() is not { } dict)
        {
            throw new JinjaException("CompilationError", $"Invalid value provided for 'persist_docs'. Expected dict but received {ValueText.TypeNameOf(docs)}");
        }

        return dict.TryGetValue(which, out Value wanted) && wanted.IsTrue;
    }
}
