using System.Diagnostics;
using Gild.Jinja;
using Gild.Jinja.Diagnostics;
using Gild.Jinja.Values;

namespace Gild.JinjaFuzz;

/// <summary>What running cases found.</summary>
sealed class Tally
{
    public long Rendered { get; set; }

    public long Failed { get; set; }

    public double SlowestMilliseconds { get; set; }

    public long SlowestCase { get; set; }

    public long MostAllocated { get; set; }

    public long MostAllocatedCase { get; set; }

    public List<string> Broken { get; } = [];

    public Dictionary<string, long> Kinds { get; } = new(StringComparer.Ordinal);

    public void Add(Tally other)
    {
        Rendered += other.Rendered;
        Failed += other.Failed;
        Broken.AddRange(other.Broken);
        foreach ((string kind, long count) in other.Kinds)
        {
            Kinds[kind] = Kinds.GetValueOrDefault(kind) + count;
        }

        if (other.SlowestMilliseconds > SlowestMilliseconds)
        {
            (SlowestMilliseconds, SlowestCase) = (other.SlowestMilliseconds, other.SlowestCase);
        }

        if (other.MostAllocated > MostAllocated)
        {
            (MostAllocated, MostAllocatedCase) = (other.MostAllocated, other.MostAllocatedCase);
        }
    }
}

/// <summary>Compiles and renders one template in an environment with limits, as a host of untrusted templates would.</summary>
sealed class CaseProbe
{
    readonly JinjaEnvironment[] _environments =
    [
        Environment(UndefinedBehavior.Lenient, isDbt: false),
        Environment(UndefinedBehavior.Strict, isDbt: false),
        Environment(UndefinedBehavior.Chainable, isDbt: true),
    ];

    static JinjaEnvironment Environment(UndefinedBehavior undefined, bool isDbt) => new(new JinjaOptions
    {
        Undefined = undefined,
        ReturnFunction = isDbt,
        LoopControls = isDbt,
        TrimBlocks = isDbt,
        LstripBlocks = isDbt,
        HostBlocks = isDbt
            ? [new("materialization", HostBlockBody.Named), new("test", HostBlockBody.MacroLike), new("docs", HostBlockBody.Raw)]
            : [],
        MaxDepth = 60,
        MaxOutput = 2_000_000,
        MaxIterations = 200_000,
    });

    /// <summary>"rendered", or the kind of the error; an exception that is not a JinjaException passes through.</summary>
    public string Run(string text, long number)
    {
        JinjaEnvironment environment = _environments[number % _environments.Length];
        try
        {
            Template template = environment.Compile(new SourceText("case", text));
            template.Render(Globals());
            return "rendered";
        }
        catch (JinjaException e)
        {
            // What is shown to people must hold too, whatever the place is.
            DiagnosticText.Full(e.ToDiagnostic());
            return e.Kind;
        }
    }

    static DictionaryGlobals Globals() => new(new Dictionary<string, Value>(StringComparer.Ordinal)
    {
        ["x"] = 5,
        ["n"] = -7,
        ["f"] = 2.5,
        ["s"] = "a,b <c> \u00e9\U0001F600",
        ["big"] = Value.From(System.Numerics.BigInteger.Pow(10, 40)),
        ["flag"] = true,
        ["nothing"] = Value.None,
        ["li"] = Value.From(new ListValue([3, 1, 2, "z"])),
        ["d"] = Value.From(new DictValue { ["a"] = 1, ["b"] = Value.From(new ListValue([1])) }),
        ["users"] = Value.From(new ListValue([Value.From(new DictValue { ["a"] = 1, ["name"] = "u" }), Value.From(new DictValue { ["a"] = 2 })])),
    });
}

/// <summary>One thread of the run.</summary>
sealed class Worker(Mutator mutator, Func<long> nextCase, long count)
{
    public const int HangSeconds = 20;

    const double SlowMilliseconds = 1000;
    const long MostBytes = 512L << 20;

    // The stack of a thread pool thread, which is what hosts render on.
    const int StackSize = 1536 * 1024;

    readonly CaseProbe _probe = new();
    long _current = -1;
    long _startedAt;

    public Tally Tally { get; } = new();

    public bool IsDone { get; private set; }

    public void Start() => new Thread(Run, StackSize) { IsBackground = true }.Start();

    public bool IsStuck(out long number)
    {
        number = Interlocked.Read(ref _current);
        long started = Interlocked.Read(ref _startedAt);
        return number >= 0 && started != 0 && Stopwatch.GetElapsedTime(started).TotalSeconds > HangSeconds;
    }

    void Run()
    {
        for (long number = nextCase(); number < count; number = nextCase())
        {
            Interlocked.Exchange(ref _current, number);
            RunCase(number);
        }

        Interlocked.Exchange(ref _current, -1);
        IsDone = true;
    }

    void RunCase(long number)
    {
        string text = mutator.Create(number);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Interlocked.Exchange(ref _startedAt, Stopwatch.GetTimestamp());
        try
        {
            string result = _probe.Run(text, number);
            if (result == "rendered")
            {
                Tally.Rendered++;
            }
            else
            {
                Tally.Failed++;
                Tally.Kinds[result] = Tally.Kinds.GetValueOrDefault(result) + 1;
            }
        }
        catch (Exception e)
        {
            Tally.Broken.Add($"CRASH case {number}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}\n{text}");
        }

        Measure(number, text, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Interlocked.Exchange(ref _startedAt, 0);
    }

    void Measure(long number, string text, long allocated)
    {
        double milliseconds = Stopwatch.GetElapsedTime(Interlocked.Read(ref _startedAt)).TotalMilliseconds;
        if (allocated > Tally.MostAllocated)
        {
            (Tally.MostAllocated, Tally.MostAllocatedCase) = (allocated, number);
        }

        if (allocated > MostBytes)
        {
            Tally.Broken.Add($"MEMORY case {number}: {allocated >> 20} MB\n{text}");
        }

        // A slow case is run again: the machine may have been busy.
        for (int attempt = 0; attempt < 3 && milliseconds > SlowMilliseconds; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            Interlocked.Exchange(ref _startedAt, start);
            try
            {
                _probe.Run(text, number);
            }
            catch (Exception)
            {
                return;
            }

            milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        if (milliseconds > Tally.SlowestMilliseconds)
        {
            (Tally.SlowestMilliseconds, Tally.SlowestCase) = (milliseconds, number);
        }

        if (milliseconds > SlowMilliseconds)
        {
            Tally.Broken.Add($"SLOW case {number}: {milliseconds:F0} ms\n{text}");
        }
    }
}
