namespace EdgeMeters.Field;

/// <summary>The command line is understood, but what it asks for does not fit together. The message says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
