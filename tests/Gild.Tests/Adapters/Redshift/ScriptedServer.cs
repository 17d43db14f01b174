using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gild.Tests.Adapters.Redshift;

/// <summary>What the stand-in answers to one statement: columns with their OIDs and rows, or an error, or silence.</summary>
sealed record ScriptedAnswer
{
    public (string Name, uint Oid)[] Columns { get; init; } = [];

    public string?[][] Rows { get; init; } = [];

    public string Tag { get; init; } = "SELECT";

    /// <summary>Fields of an ErrorResponse by their letters; S, C and M are usual.</summary>
    public (char Field, string Text)[]? Error { get; init; }

    public string? Notice { get; init; }

    /// <summary>Whether the statement is left without an answer.</summary>
    public bool Silent { get; init; }

    /// <summary>Whether the connection is closed in place of an answer.</summary>
    public bool Drops { get; init; }
}

/// <summary>
/// A server that speaks version 3 of PostgreSQL's protocol from a script, on the loopback address: Redshift's own codes of authentication, errors,
/// notices and types, and connections that end after any number of bytes.
/// </summary>
sealed class ScriptedServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentBag<TcpClient> _clients = [];
    readonly Func<string, int, ScriptedAnswer?> _respond;
    readonly Thread _thread;
    int _sessions;

    /// <param name="respond">The statement and how often it came before; null for an empty success.</param>
    public ScriptedServer(Func<string, int, ScriptedAnswer?>? respond = null)
    {
        _respond = respond ?? ((_, _) => null);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(Accept) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>The code of the authentication request: 0, 3, 5, 10, 13.</summary>
    public int Authentication { get; init; }

    /// <summary>Bytes after which each connection ends; null for never.</summary>
    public int? BytesUntilDrop { get; set; }

    public ConcurrentQueue<string> Statements { get; } = new();

    public ConcurrentQueue<string> Passwords { get; } = new();

    /// <summary>Parameters of each startup message, joined.</summary>
    public ConcurrentQueue<string> Startups { get; } = new();

    public int Sessions => _sessions;

    public int CancelRequests { get; private set; }

    /// <summary>Bytes that the last session got.</summary>
    public int BytesSent { get; private set; }

    void Accept()
    {
        while (true)
        {
            try
            {
                TcpClient client = _listener.AcceptTcpClient();
                _clients.Add(client);
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    void Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                Talk(client.GetStream());
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or EndOfStreamException)
            {
                // The client or the script ended the connection.
            }
        }
    }

    void Talk(NetworkStream stream)
    {
        byte[] startup = ReadBody(stream);
        if (BinaryPrimitives.ReadInt32BigEndian(startup) == 80877102)
        {
            CancelRequests++;
            return;
        }

        int session = Interlocked.Increment(ref _sessions);
        Startups.Enqueue(Encoding.UTF8.GetString(startup, 4, startup.Length - 4).Replace('\0', ' ').Trim());
        Output output = new(stream, BytesUntilDrop);
        if (Authentication != 0)
        {
            output.Send('R', [.. Int(Authentication), .. Authentication switch
            {
                5 => [1, 2, 3, 4],
                10 => [.. Text("SCRAM-SHA-1"), 0],
                // Redshift's own: a salt and a number of rounds for SHA-256.
                13 => [0, 0, 0, 0, .. new byte[32], 0, 0, 1, 0],
                _ => (byte[])[],
            }]);
            Passwords.Enqueue(Encoding.UTF8.GetString(ReadMessage(stream).Body).TrimEnd('\0'));
        }

        output.Send('R', Int(0));
        output.Send('S', [.. Text("server_version"), .. Text("8.0.2")]);
        output.Send('S', [.. Text("client_encoding"), .. Text("UTF8")]);
        output.Send('S', [.. Text("integer_datetimes"), .. Text("on")]);
        output.Send('K', [.. Int(999), .. Int(1)]);
        output.Send('Z', [(byte)'I']);
        Converse(stream, output, session);
    }

    void Converse(NetworkStream stream, Output output, int session)
    {
        string sql = "";
        bool failed = false;
        bool inTransaction = false;
        ScriptedAnswer answer = new();
        while (true)
        {
            (char kind, byte[] body) = ReadMessage(stream);
            switch (kind)
            {
                case 'P':
                    string[] parts = Encoding.UTF8.GetString(body).Split('\0');
                    sql = parts[1];
                    answer = AnswerTo(sql, session);
                    failed = !Begin(answer, output);
                    inTransaction = sql.StartsWith("BEGIN", StringComparison.OrdinalIgnoreCase)
                        || (inTransaction && !sql.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase) && !sql.StartsWith("ROLLBACK", StringComparison.OrdinalIgnoreCase));
                    break;
                case 'D' when !failed:
                    Describe(answer, output);
                    break;
                case 'B' when !failed:
                    output.Send('2', []);
                    break;
                case 'E' when !failed:
                    foreach (string?[] row in answer.Rows)
                    {
                        output.Send('D', [.. Short(row.Length), .. row.SelectMany(Cell)]);
                    }

                    output.Send('C', Text(answer.Tag));
                    break;
                case 'S':
                    output.Send('Z', [(byte)(inTransaction ? failed ? 'E' : 'T' : 'I')]);
                    BytesSent = output.Sent;
                    break;
                case 'X':
                    return;
            }
        }
    }

    ScriptedAnswer AnswerTo(string sql, int session)
    {
        int before = Statements.Count(s => s == sql);
        Statements.Enqueue(sql);
        return _respond(sql, before) ?? (sql == "select pg_backend_pid()"
            ? new ScriptedAnswer { Columns = [("pg_backend_pid", 23)], Rows = [[$"{session + 100}"]] }
            : new ScriptedAnswer { Tag = sql.Split(' ')[0].ToUpperInvariant() });
    }

    /// <summary>Answers the parse message; false when the rest of the batch is skipped.</summary>
    static bool Begin(ScriptedAnswer answer, Output output)
    {
        if (answer.Drops)
        {
            throw new EndOfStreamException();
        }

        if (answer.Silent)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        if (answer.Notice is { } notice)
        {
            output.Send('N', [(byte)'S', .. Text("INFO"), (byte)'C', .. Text("00000"), (byte)'M', .. Text(notice), 0]);
        }

        if (answer.Error is { } error)
        {
            output.Send('E', [.. error.SelectMany(f => (byte[])[(byte)f.Field, .. Text(f.Text)]), 0]);
            return false;
        }

        output.Send('1', []);
        return true;
    }

    static void Describe(ScriptedAnswer answer, Output output)
    {
        if (answer.Columns.Length == 0)
        {
            output.Send('n', []);
            return;
        }

        output.Send('T', [.. Short(answer.Columns.Length), .. answer.Columns.SelectMany(c =>
            (byte[])[.. Text(c.Name), .. Int(0), .. Short(0), .. Int((int)c.Oid), .. Short(-1), .. Int(-1), .. Short(0)])]);
    }

    static byte[] Cell(string? cell) => cell is null ? Int(-1) : [.. Int(Encoding.UTF8.GetByteCount(cell)), .. Encoding.UTF8.GetBytes(cell)];

    static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    static byte[] Int(int number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    static byte[] Short(int number) => Int(number)[2..];

    static (char Kind, byte[] Body) ReadMessage(NetworkStream stream)
    {
        int kind = stream.ReadByte();
        return kind < 0 ? throw new EndOfStreamException() : ((char)kind, ReadBody(stream));
    }

    static byte[] ReadBody(NetworkStream stream)
    {
        byte[] length = new byte[4];
        stream.ReadExactly(length);
        byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        stream.ReadExactly(body);
        return body;
    }

    public void Dispose()
    {
        _listener.Stop();
        foreach (TcpClient client in _clients)
        {
            client.Dispose();
        }

        _thread.Join(TimeSpan.FromSeconds(5));
    }

    /// <summary>Sends messages until its bytes are used up.</summary>
    sealed class Output(NetworkStream stream, int? limit)
    {
        public int Sent { get; private set; }

        public void Send(char kind, byte[] body)
        {
            byte[] message = [(byte)kind, .. Int(body.Length + 4), .. body];
            int length = limit is { } most ? Math.Min(message.Length, most - Sent) : message.Length;
            stream.Write(message, 0, length);
            Sent += length;
            if (length < message.Length)
            {
                stream.Flush();
                throw new EndOfStreamException();
            }
        }
    }
}
