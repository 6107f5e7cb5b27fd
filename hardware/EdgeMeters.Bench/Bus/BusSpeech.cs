namespace EdgeMeters.Bench.Bus;

/// <summary>What one end of a line says after a frame that it heard.</summary>
/// <param name="Bytes">From the first to the last, wake-up bytes included.</param>
/// <param name="DelayMicroseconds">From the end of the frame that was heard to the begin of this one.</param>
public readonly record struct BusSpeech(byte[] Bytes, long DelayMicroseconds);
