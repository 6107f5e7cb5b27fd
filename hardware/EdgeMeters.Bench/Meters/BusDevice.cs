using EdgeMeters.Bench.Bus;

namespace EdgeMeters.Bench.Meters;

/// <summary>A meter on a line, sound in every way: it answers what its protocol has for it, from dials whose truth can be asked for.</summary>
public abstract class BusDevice : IBusListener
{
    /// <summary>The protocol and the address, as in "modbus 5".</summary>
    public abstract string Name { get; }

    public LineSetting Setting { get; init; } = LineSetting.Usual;

    /// <summary>From the end of a request to the begin of the answer.</summary>
    public long TurnaroundMicroseconds { get; init; }

    /// <summary>Its registers.</summary>
    public IReadOnlyList<DialFace> Faces { get; init; } = [];

    public void Hear(ReadOnlySpan<byte> frame, List<BusSpeech> speeches)
    {
        byte[]? answer = Answer(frame);
        if (answer != null)
            speeches.Add(new BusSpeech(answer, TurnaroundMicroseconds));
    }

    /// <summary>Answers an intact frame, all registers of the same instant.</summary>
    /// <returns>Null for a frame of another protocol or for another meter, and for what is not answered.</returns>
    protected abstract byte[]? Answer(ReadOnlySpan<byte> request);

    /// <summary>A refusal of a request to this meter.</summary>
    /// <param name="code">In the protocol's own numbers.</param>
    public abstract byte[] Refusal(ReadOnlySpan<byte> request, byte code);

    /// <summary>A sound answer of another meter of the same kind, in the place of this one's.</summary>
    public abstract byte[] Foreign(ReadOnlySpan<byte> request, byte[] answer, Random random);

    /// <summary>All registers begin again from 0.</summary>
    public void Restart()
    {
        foreach (DialFace face in Faces)
            face.ShowFromNow(0);
    }

    /// <summary>Another meter of the same kind is put in the place of this one.</summary>
    public virtual void Exchange(Random random)
    {
        foreach (DialFace face in Faces)
            face.ShowFromNow(random.Next(1_000_000) / face.Grain * face.Grain);
    }

    /// <summary>Registers that roll over anywhere will soon do so.</summary>
    public void StartBeforeRollover(long counts)
    {
        foreach (DialFace face in Faces)
        {
            if (face.Modulus > 0)
                face.ShowFromNow(Math.Max(face.Modulus - 1 - counts, 0) / face.Grain * face.Grain);
        }
    }
}
