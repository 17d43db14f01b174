namespace DbtRunner;

/// <summary>
/// Keeps the function's memory near what it needs. Left alone, the collector lets garbage pile up to the size of the processor's cache and more, which is
/// nothing on a server and half of a small function; a hard limit would end the process where a large project needs more. So a thread looks
/// now and then, and collects when half as much as the last collection left has come on top.
/// </summary>
sealed class HeapTrim
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Below this nothing is worth a collection.</summary>
    const long Floor = 40 * 1024 * 1024;

    long _limit = Floor;

    HeapTrim()
    {
    }

    /// <summary>For the life of the process.</summary>
    public static void Start()
    {
        HeapTrim trim = new();
        new Thread(trim.Watch) { IsBackground = true, Name = "heap" }.Start();
    }

    void Watch()
    {
        while (true)
        {
            Thread.Sleep(s_pause);
            if (GC.GetTotalMemory(false) > _limit)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                _limit = Math.Max(Floor, GC.GetTotalMemory(false) / 2 * 3);
            }
        }
    }
}
