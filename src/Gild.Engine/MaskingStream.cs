namespace Gild.Engine;

/// <summary>Replaces words in bytes that are written through it, wherever the pieces are cut.</summary>
/// <param name="inner">Gets the bytes; stays open.</param>
/// <param name="words">What is replaced, of those at one place the first; none is empty.</param>
/// <param name="shown">What stands in their place.</param>
sealed class MaskingStream(Stream inner, byte[][] words, byte[] shown) : Stream
{
    readonly int _longest = words.Length == 0 ? 0 : words.Max(w => w.Length);
    byte[] _held = new byte[4096];
    int _count;
    bool _closed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (words.Length == 0)
        {
            inner.Write(buffer);
            return;
        }

        if (_count + buffer.Length > _held.Length)
        {
            Array.Resize(ref _held, Math.Max(_held.Length * 2, _count + buffer.Length));
        }

        buffer.CopyTo(_held.AsSpan(_count));
        _count += buffer.Length;
        // A word that begins in the last bytes may end in the next piece.
        WriteOn(_count - _longest + 1);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Writes on what is held before <paramref name="end"/>, and a word that begins there.</summary>
    void WriteOn(int end)
    {
        int at = 0;
        while (at < end)
        {
            (int start, int length) = FirstWord(at);
            if (start >= end || start < 0)
            {
                inner.Write(_held, at, end - at);
                at = end;
                break;
            }

            inner.Write(_held, at, start - at);
            inner.Write(shown);
            at = start + length;
        }

        _held.AsSpan(at, _count - at).CopyTo(_held);
        _count -= at;
    }

    (int Start, int Length) FirstWord(int at)
    {
        (int Start, int Length) first = (-1, 0);
        foreach (byte[] word in words)
        {
            int end = first.Start < 0 ? _count : Math.Min(_count, first.Start + word.Length - 1);
            int found = end <= at ? -1 : _held.AsSpan(at, end - at).IndexOf(word);
            if (found >= 0)
            {
                first = (at + found, word.Length);
            }
        }

        return first;
    }

    /// <summary>What is held is not written yet: a word may go on.</summary>
    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            WriteOn(_count);
            inner.Flush();
        }

        base.Dispose(disposing);
    }
}
