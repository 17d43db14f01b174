using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gild.Tests.Adapters;

/// <summary>
/// A PostgreSQL server of its own for the tests: fresh data folder, a free port on the loopback address, stopped at the end. As root it
/// runs under the account <c>postgres</c>, since the server refuses root.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    readonly string _folder;
    readonly string _programs;

    public PostgresServer()
    {
        _programs = FindPrograms();
        _folder = Directory.CreateTempSubdirectory("gild-postgres-").FullName;
        if (RunsAsRoot)
        {
            Execute("chown", "postgres", _folder);
        }

        Port = FreePort();
        string data = Path.Combine(_folder, "data");
        AsServer("initdb", "-D", data, "-U", "gild", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        AsServer("pg_ctl", "-D", data, "-l", Path.Combine(_folder, "log"), "-w", "-o", $"-p {Port} -k {_folder} -h 127.0.0.1 -c fsync=off", "start");
    }

    public int Port { get; }

    static bool RunsAsRoot => Environment.UserName == "root";

    static string FindPrograms()
    {
        string[] places = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
        return places.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(d => Path.Combine(d, "bin"))
            .Where(d => File.Exists(Path.Combine(d, "initdb"))).OrderDescending(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new InvalidOperationException("These tests need PostgreSQL's server: install the package postgresql (./test does).");
    }

    static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    void AsServer(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs, program);
        if (RunsAsRoot)
        {
            Execute("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Execute(path, arguments);
        }
    }

    void Execute(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = program != "runuser" || !arguments.Contains("start"),
        })!;
        string output = process.StartInfo.RedirectStandardOutput ? process.StandardOutput.ReadToEnd() : "";
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}");
        }
    }

    public void Dispose()
    {
        AsServer("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }
}
