using System.Buffers.Text;

namespace SilverSample.Values;

/// <summary>Puts a text together in a buffer on the stack. What does not fit is cut at a character boundary.</summary>
ref struct Utf8Line(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;
    int _length;

    /// <summary>What has been written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    /// <summary>Adds encoded text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var free = _buffer.Length - _length;
        if (text.Length > free)
        {
            var cut = free;
            while (cut > 0 && (text[cut] & 0xC0) == 0x80)
            {
                cut--;
            }

            text = text[..cut];
        }

        text.CopyTo(_buffer[_length..]);
        _length += text.Length;
    }

    /// <summary>Adds a whole number in decimal.</summary>
    public void Add(long number)
    {
        if (Utf8Formatter.TryFormat(number, _buffer[_length..], out var written))
        {
            _length += written;
        }
    }

    /// <summary>Adds ASCII letters of a name in lower case, everything else as one hyphen.</summary>
    public void AddSlug(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if (_length == _buffer.Length)
            {
                break;
            }

            var isWord = letter is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9');
            if (isWord)
            {
                _buffer[_length++] = letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter + 32) : letter;
            }
            else if (_length > 0 && _buffer[_length - 1] != (byte)'-')
            {
                _buffer[_length++] = (byte)'-';
            }
        }
    }
}
