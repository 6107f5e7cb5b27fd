namespace EdgeMeters.Benchmarks.Codec;

/// <summary>One way to put a day of readings into bytes and to get the registers out again.</summary>
internal abstract class ReadingForm(string name)
{
    public string Name { get; } = name;

    /// <summary>Puts a day into messages in the form's own buffer, one after the other, as a sender would.</summary>
    /// <param name="day">The day.</param>
    /// <param name="keep">Takes each message; null while the time is taken.</param>
    /// <returns>Bytes of all messages.</returns>
    public abstract int Write(Day day, Action<byte[]>? keep);

    /// <summary>Reads the messages of a day.</summary>
    /// <returns>The sum of the registers, which is compared.</returns>
    public abstract long Read(Day day, byte[][] messages);
}
