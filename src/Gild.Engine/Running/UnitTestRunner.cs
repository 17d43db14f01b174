using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Manifest;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Runtime;
using Gild.Jinja.Values;

namespace Gild.Engine.Running;

/// <summary>
/// Runs unit tests: the model's code over given rows, which stand in front of it as common table expressions, compared
/// with the expected rows.
/// </summary>
public sealed class UnitTestRunner(CommandScope scope, NodeRunner nodes)
{
    public NodeResult Run(UnitTestNode test, WarehouseSession session, NodeClock clock)
    {
        ModelNode model = (ModelNode)scope.Manifest.Nodes[test.TestedNode!];
        ModelNode subject = Subject(test, model);
        string code = clock.Time("compile", () => Compile(test, model, subject, session));
        return clock.Time("execute", () => Execute(test, subject, code, session));
    }

    /// <summary>The test as a node: the model's code and dependencies under the test's name.</summary>
    static ModelNode Subject(UnitTestNode test, ModelNode model)
    {
        DictValue config = test.Config.Values.Copy();
        config["materialized"] = "unit";
        DictValue expect = Expect(test);
        bool isSql = expect.TryGetValue("format", out Value format) && format.ToString() == "sql";
        expect.TryGetValue("rows", out Value rows);
        config["expected_rows"] = isSql ? new ListValue() : rows;
        config["expected_sql"] = isSql ? rows : Value.None;
        ModelNode subject = new()
        {
            UniqueId = test.UniqueId,
            ResourceType = ResourceType.UnitTest,
            Name = test.Name,
            PackageName = test.PackageName,
            Path = FixturePath(test),
            OriginalFilePath = test.OriginalFilePath,
            RawCode = model.RawCode,
            Source = model.Source,
            Fqn = test.Fqn,
            Database = model.Database,
            Schema = model.Schema,
            Alias = test.Name,
            Config = new NodeConfig(config),
            Tags = test.Tags,
            Meta = test.Meta,
        };
        subject.DependsOnNodes.AddRange(model.DependsOnNodes);
        subject.DependsOnNodes.Add(model.UniqueId);
        return subject;
    }

    static string FixturePath(UnitTestNode test)
    {
        string folder = System.IO.Path.GetDirectoryName(test.OriginalFilePath) ?? "";
        return System.IO.Path.Combine(folder, test.Name + ".sql");
    }

    static DictValue Expect(UnitTestNode test) =>
        test.Properties.TryGetValue("expect", out Value expect) && expect.As<DictValue>() is { } dict ? dict : new DictValue();

    string Compile(UnitTestNode test, ModelNode model, ModelNode subject, WarehouseSession session)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        Dictionary<string, (string Cte, Func<string> Sql)> inputs = new(StringComparer.Ordinal);
        UnitTestOverrides overrides = Overrides(test) with { Inputs = names };
        foreach (Value given in test.Properties.TryGetValue("given", out Value list) ? ValueOps.Iterate(list) : [])
        {
            DictValue input = given.As<DictValue>()!;
            Node read = Resolve(test, model, input["input"].ToString());
            string cte = "__dbt__cte__" + (read is SourceNode source ? $"{source.SourceName}__{source.Name}" : read.Name);
            inputs[read.UniqueId] = (cte, () => FixtureSql(test, read, input, session, overrides));
            names[read.UniqueId == model.UniqueId ? subject.UniqueId : read.UniqueId] = cte;
        }

        NodeContext context = scope.Contexts.ForRun(subject, model.PackageName, scope.Run, session, overrides);
        using RenderContext render = new(scope.Contexts.RunEnvironment, session.Cancellation);
        string code = scope.Contexts.TemplateOf(model).Render(render, context);
        List<string> ctes = [];
        foreach (string id in context.InputsRead)
        {
            (string cte, Func<string> sql) = inputs[id == subject.UniqueId ? model.UniqueId : id];
            ctes.Add($" {cte} as (\n{sql()}\n)");
        }

        if (context.EphemeralRefs.Count > 0)
        {
            throw new GildException(
                DbtKinds.Compilation, "R0670", $"the ephemeral model '{context.EphemeralRefs[0]}' is read, but the unit test gives no rows for it",
                $"add an input for it: - input: ref('{scope.Manifest.Nodes[context.EphemeralRefs[0]].Name}')");
        }

        string compiled = CteInjection.Inject(code, ctes);
        scope.Target.Write("compiled", subject, compiled);
        return compiled;
    }

    static UnitTestOverrides Overrides(UnitTestNode test)
    {
        DictValue given = test.Properties.TryGetValue("overrides", out Value value) && value.As<DictValue>() is { } dict ? dict : new DictValue();
        DictValue Part(string key) => given.TryGetValue(key, out Value part) && part.As<DictValue>() is { } found ? found : new DictValue();
        return new UnitTestOverrides(Part("macros"), Part("vars"), Part("env_vars"));
    }

    /// <summary>The node that an input names: <c>ref('m')</c>, <c>source('s', 't')</c> or <c>this</c>.</summary>
    Node Resolve(UnitTestNode test, ModelNode model, string input)
    {
        if (input.Trim() == "this")
        {
            return model;
        }

        ParseRecorder recorder = new();
        Globals names = scope.Contexts.ForTestArguments(test.PackageName, recorder);
        scope.Contexts.CompileText("{{ " + input + " }}", test.OriginalFilePath).Render(names);
        Node? found = recorder.Refs is [RefCall call, ..] ? scope.Run.Refs.Find(call.Package, call.Name, call.Version, test.PackageName)
            : recorder.Sources is [SourceCall source, ..] ? scope.Run.Refs.FindSource(source.Source, source.Table, test.PackageName)
            : null;
        return found ?? throw new GildException(
            DbtKinds.Parsing, "R0671", $"Unit test '{test.Name}' depends on {input}, which was not found in the manifest");
    }

    string FixtureSql(UnitTestNode test, Node read, DictValue input, WarehouseSession session, UnitTestOverrides overrides)
    {
        bool isSql = input.TryGetValue("format", out Value format) && format.ToString() == "sql";
        input.TryGetValue("rows", out Value rows);
        ModelNode fixture = Fixture(test, read);
        string sql;
        if (isSql)
        {
            sql = rows.ToString();
        }
        else
        {
            NodeContext names = scope.Contexts.ForRun(fixture, test.PackageName, scope.Run, session, overrides with { Inputs = new Dictionary<string, string>() });
            names.Set("defer_relation", scope.Run.Deferred.TryGetValue(read.UniqueId, out Relation? earlier)
                ? new RelationObject(earlier, scope.Adapter) : Value.None);
            using RenderContext context = new(scope.Contexts.RunEnvironment, session.Cancellation);
            sql = names.CallMacro(context, "get_fixture_sql", new Arguments([rows, Value.None])).ToString();
        }

        scope.Target.Write("compiled", fixture, sql);
        return sql;
    }

    /// <summary>An input as a node: the place and name of what it stands for.</summary>
    static ModelNode Fixture(UnitTestNode test, Node read)
    {
        (string? database, string schema, string alias) = read switch
        {
            SourceNode source => (source.Database, source.Schema, source.Identifier),
            CompilableNode node => (node.Database, node.Schema, node.Alias),
            _ => (null, "", read.Name),
        };
        DictValue config = new();
        config["materialized"] = "ephemeral";
        return new ModelNode
        {
            UniqueId = read.UniqueId,
            ResourceType = ResourceType.Model,
            Name = read.Name,
            PackageName = test.PackageName,
            Path = read.Name + ".sql",
            OriginalFilePath = test.OriginalFilePath,
            RawCode = "",
            Source = new SourceText(test.OriginalFilePath, ""),
            Database = database,
            Schema = schema,
            Alias = alias,
            Config = new NodeConfig(config),
        };
    }

    NodeResult Execute(UnitTestNode test, ModelNode subject, string code, WarehouseSession session)
    {
        ResultTable table = ResultTable.Empty;
        DictValue response = new();
        try
        {
            nodes.Materialize(subject, code, session, names => { }, null, result =>
            {
                table = result["table"].As<TableObject>()!.Table;
                response = result["response"].As<ResponseObject>()?.ToDict() ?? response;
            });
        }
        catch (Exception e) when (NodeError.IsExpected(e))
        {
            (_, Diagnostic diagnostic) = NodeError.Of(e, null);
            throw new GildException(
                DbtKinds.Runtime,
                diagnostic with
                {
                    Message = $"An error occurred during execution of unit test '{test.Name}'. There may be an error in the unit test definition: check the data types.\n{diagnostic.Message}",
                },
                e);
        }

        ResultTable actual = Half(table, "actual");
        ResultTable expected = Half(table, "expected");
        string? difference = RowDiff.Render(expected, actual);
        return new NodeResult(test, difference is null ? NodeStatus.Pass : NodeStatus.Fail)
        {
            Message = difference is null ? null : $"\n\nactual differs from expected:\n\n{difference}\n",
            Failures = difference is null ? 0 : 1,
            Response = response,
            Compiled = true,
            CompiledCode = code,
            CompiledPath = scope.Target.ProjectPath("compiled", subject, scope.Project.Root.RootDirectory),
        };
    }

    static ResultTable Half(ResultTable table, string which)
    {
        int mark = -1;
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (string.Equals(table.Columns[i].Name, "actual_or_expected", StringComparison.OrdinalIgnoreCase))
            {
                mark = i;
            }
        }

        return new ResultTable(
            [.. table.Columns.Where((_, i) => i != mark)],
            [.. table.Rows.Where(r => r[mark].ToString() == which).Select(r => r.Where((_, i) => i != mark).ToArray())]);
    }
}
