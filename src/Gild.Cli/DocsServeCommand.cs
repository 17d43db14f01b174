using System.Globalization;
using System.Net;
using Gild.Engine;

namespace Gild.Cli;

/// <summary><c>gild docs serve</c>: the artifacts of the target folder and a page that shows them, on this machine only.</summary>
static class DocsServeCommand
{
    const int DefaultPort = 8080;

    /// <summary>What is served, and nothing else.</summary>
    static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["/manifest.json"] = "application/json",
        ["/catalog.json"] = "application/json",
        ["/run_results.json"] = "application/json",
    };

    public static int Run(CommandLine line, InvocationOptions options, TextWriter output, IReporter reporter, CancellationToken cancellation)
    {
        string project = ProjectFolder.Find(options) ?? options.WorkingDirectory;
        string target = Path.GetFullPath(options.TargetPath ?? "target", project);
        if (!File.Exists(Path.Combine(target, "manifest.json")))
        {
            throw new UsageException($"there is no manifest.json in {target}", "run `gild docs generate` first");
        }

        string host = line.Text(Flags.Host) ?? "127.0.0.1";
        int port = line.Integer(Flags.Port) ?? DefaultPort;
        string address = string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}/");
        using HttpListener listener = new();
        listener.Prefixes.Add(address);
        try
        {
            listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new UsageException($"cannot listen on {address}: {e.Message}", "choose another --port");
        }

        output.WriteLine($"Serving the documentation at {address} (Ctrl-C ends it)");
        output.Flush();
        using CancellationTokenRegistration stop = cancellation.Register(listener.Stop);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                Answer(listener.GetContext(), target);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Stopped, or a reader that went away.
            }
        }

        return 0;
    }

    static void Answer(HttpListenerContext context, string target)
    {
        string path = context.Request.Url?.AbsolutePath ?? "/";
        using HttpListenerResponse response = context.Response;
        if (path is "/" or "/index.html")
        {
            using Stream page = DocsPage.Open();
            Send(response, "text/html; charset=utf-8", page);
        }
        else if (Files.TryGetValue(path, out string? type) && File.Exists(Path.Combine(target, path[1..])))
        {
            using FileStream file = File.OpenRead(Path.Combine(target, path[1..]));
            Send(response, type, file);
        }
        else
        {
            response.StatusCode = 404;
        }
    }

    static void Send(HttpListenerResponse response, string type, Stream content)
    {
        response.ContentType = type;
        response.ContentLength64 = content.Length;
        content.CopyTo(response.OutputStream);
    }
}
