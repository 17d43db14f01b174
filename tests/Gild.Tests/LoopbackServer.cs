using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gild.Tests;

/// <summary>An HTTP server of the tests on a free port of the loopback address; each request is served by a thread of its own.</summary>
sealed class LoopbackServer : IDisposable
{
    const int Attempts = 10;

    readonly HttpListener _listener;
    readonly Action<HttpListenerContext> _handle;

    public LoopbackServer(Action<HttpListenerContext> handle)
    {
        _handle = handle;
        (_listener, Port) = Listen();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    static (HttpListener Listener, int Port) Listen()
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort();
            HttpListener listener = new();
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (attempt < Attempts)
            {
                // Somebody took the port in between.
            }
        }
    }

    static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    void Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = _listener.GetContext();
                new Thread(() => Guarded(context)) { IsBackground = true }.Start();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    void Guarded(HttpListenerContext context)
    {
        try
        {
            _handle(context);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The client, or this server, has gone.
        }
    }

    /// <summary>Not Stop and then Close: the second would bind the port again to take its own address off, and may find it taken.</summary>
    public void Dispose() => _listener.Abort();
}
