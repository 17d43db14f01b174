using System.Text;

namespace DbtRunner;

/// <summary>The end of a text of any length.</summary>
/// <param name="capacity">UTF-16 units that are kept.</param>
sealed class TextTail(int capacity)
{
    readonly StringBuilder _text = new();

    public void Line(string line)
    {
        _text.Append(line).Append('\n');
        if (_text.Length > capacity * 4)
        {
            _text.Remove(0, _text.Length - capacity);
        }
    }

    public override string ToString()
    {
        int start = Math.Max(0, _text.Length - capacity);
        // Not between the halves of a character.
        start += start > 0 && start < _text.Length && char.IsLowSurrogate(_text[start]) ? 1 : 0;
        return _text.ToString(start, _text.Length - start);
    }
}
