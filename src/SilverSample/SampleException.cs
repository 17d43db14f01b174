namespace SilverSample;

/// <summary>A failure told to the person at the terminal: the message says what, where and what next.</summary>
sealed class SampleException(string message, Exception? inner = null) : Exception(message, inner);
