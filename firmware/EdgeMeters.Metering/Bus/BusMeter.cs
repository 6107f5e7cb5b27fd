using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus;

/// <summary>One meter on a line, in the words of its protocol: how it is asked, and what of an answer is believed to be its answer.</summary>
/// <remarks>
/// A whole reading is one or more requests: <see cref="Begin"/>, then for each request <see cref="WriteRequest"/>, <see cref="Judge"/> over what
/// arrives, <see cref="Keep"/> once it is whole, and in the end <see cref="Take"/> for each point. Allocates nothing after construction.
/// </remarks>
public abstract class BusMeter
{
    protected BusMeter(MeterTable table)
    {
        Table = table;
    }

    public MeterTable Table { get; }

    /// <summary>Requests of a whole reading; may grow while they are answered, for a protocol whose answers say that more follows.</summary>
    public int Requests { get; protected set; } = 1;

    /// <summary>Bytes of the longest answer to the request written last.</summary>
    public int AnswerBytesMax { get; protected set; }

    /// <summary>Bytes of the frame judged last, from the buffer's begin, wake-up bytes included.</summary>
    public int FrameBytes { get; protected set; }

    /// <summary>Why the meter refused last, in its protocol's numbers.</summary>
    public byte RefusalCode { get; protected set; }

    /// <summary>True when one answer alone is never believed: its check is a sum of eight bits, or it could be the answer to another request.</summary>
    public abstract bool IsDoubtful { get; }

    /// <summary>True where an answer may be the same bytes as its request, as to a write in Modbus: then an echo cannot be told from it.</summary>
    public virtual bool AnswersLikeRequest
    {
        get { return false; }
    }

    /// <summary>Forgets what was kept and plans a whole reading.</summary>
    /// <param name="turnaroundMs">What the meter takes to answer, as learned.</param>
    public abstract void Begin(int turnaroundMs);

    /// <summary>Writes a request from offset 0.</summary>
    /// <param name="request">From 0, below <see cref="Requests"/>.</param>
    /// <param name="shape">0, or 1 for a request whose answer differs in form from that of 0, where the protocol has such a thing.</param>
    /// <returns>Bytes written.</returns>
    public abstract int WriteRequest(int request, int shape, byte[] frame);

    /// <summary>Judges what has arrived so far as the answer to the request written last, and sets <see cref="FrameBytes"/> once it is whole.</summary>
    /// <returns><see cref="BusResult.Incomplete"/> while more bytes are needed.</returns>
    public abstract BusResult Judge(byte[] frame, int count);

    /// <summary>True for a byte that meters of this protocol send after their frames and that means nothing.</summary>
    public virtual bool IsFill(byte b)
    {
        return false;
    }

    /// <summary>Takes what the points need out of the answer judged last.</summary>
    public abstract void Keep(int request, byte[] frame);

    /// <summary>Learns from a refusal of the request written last.</summary>
    /// <returns>True when it would now be asked otherwise: the reading begins anew. After a number of times that is bounded, false.</returns>
    public virtual bool LearnRefusal(int request)
    {
        return false;
    }

    /// <summary>True when the refusal only says "later".</summary>
    public virtual bool IsBusy
    {
        get { return false; }
    }

    /// <summary>The register of a point, from what was kept since <see cref="Begin"/>.</summary>
    /// <param name="register">In raw units; 0 unless Ok is returned.</param>
    public abstract BusResult Take(int point, out long register);
}
