namespace Gild.Engine.Running;

/// <summary>The threads of a run as permits: a node holds one while it runs, and batches of a model take those that are free.</summary>
/// <param name="count">As many as the run has threads.</param>
public sealed class ThreadSlots(int count)
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    readonly object _gate = new();
    int _free = count;

    /// <summary>Waits for a permit.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Take(CancellationToken cancellation)
    {
        while (!TryTake())
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits a little for a permit: who holds one may wait for the caller, so that nobody may wait for ever.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            if (_free == 0)
            {
                Monitor.Wait(_gate, s_look);
            }

            if (_free == 0)
            {
                return false;
            }

            _free--;
            return true;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _free++;
            Monitor.Pulse(_gate);
        }
    }
}
