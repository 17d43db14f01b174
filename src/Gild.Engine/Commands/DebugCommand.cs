using Gild.Engine.Running;
using Gild.Engine.Adapters;
using Gild.Engine.Context;
using Gild.Engine.Loading;
using Gild.Jinja.Values;

namespace Gild.Engine.Commands;

/// <summary><c>debug</c>: the files, the profile, the connection; each check by itself.</summary>
public static class DebugCommand
{
    public static int Run(LoadedProject project, Adapter adapter, InvocationState invocation, CancellationToken cancellation)
    {
        void Line(string name, string result, bool? ok) => invocation.Report(new DebugLine(name, result, ok));
        Line("dbt version", InvocationState.DbtVersion, null);
        Line("adapter type", adapter.Type, null);
        Line("profiles.yml", System.IO.Path.Combine(project.Profile!.Directory, "profiles.yml"), null);
        Line("dbt_project.yml", System.IO.Path.Combine(project.Root.RootDirectory, "dbt_project.yml"), null);
        Line("profiles.yml file", "OK found and valid", true);
        Line("dbt_project.yml file", "OK found and valid", true);
        foreach ((string key, Value value) in adapter.Target.Visible)
        {
            Line(key, value.ToString(), null);
        }

        try
        {
            using WarehouseSession session = new(adapter, invocation, cancellation);
            Connection connection = session.Open();
            foreach ((string name, string result) in adapter.Describe(connection))
            {
                Line(name, result, null);
            }

            session.Execute("select 1 as id", false, true, null);
            Line("Connection test", "OK connection ok", true);
            return 0;
        }
        catch (AdapterException e)
        {
            (string kind, Gild.Jinja.Diagnostics.Diagnostic diagnostic) = NodeError.Of(e, null);
            invocation.Report(new DebugLine("Connection test", "ERROR " + e.Message, false)
            {
                Help = diagnostic.Help.Count > 0 ? string.Join("; ", diagnostic.Help) : "check host, port, user and network of the profile's target",
            });
            invocation.Report(new ErrorReported(kind, diagnostic));
            return 1;
        }
    }
}
