namespace EdgeMeters.Bench.Bus;

/// <summary>Whatever is connected to a line and may speak after what it hears: a meter, a faulty meter, a disturbance.</summary>
/// <remarks>It knows neither ports nor threads: bytes in, bytes and their delays out. So the same meter sits on a pseudo-terminal and in virtual time.</remarks>
public interface IBusListener
{
    /// <summary>What it is set to: frames sent otherwise it does not hear, and what it says is noise to whoever listens otherwise.</summary>
    LineSetting Setting { get; }

    /// <summary>Hears one whole frame with an intact check, of whatever protocol and for whomever.</summary>
    /// <param name="frame">Without wake-up bytes.</param>
    /// <param name="speeches">Takes what is said to it; nothing for most.</param>
    void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches);
}
