namespace EdgeMeters.Metering.Bus;

/// <summary>The frame that DL/T 645 and CJ/T 188 share: FE to wake the line, 68, address, control, length, as many bytes, the sum of all from 68 on, 16.</summary>
/// <remarks>
/// They differ in the address: six bytes with a second 68 behind them (DL/T 645-2007, 5.2), or the meter type and seven bytes (CJ/T 188-2004).
/// The check is a sum of eight bits: two bits of the same weight that flip in opposite ways pass it. So one answer alone is never believed.
/// </remarks>
public static class SumFrame
{
    /// <summary>FE before a request, as both norms have it.</summary>
    public const int WakeBytes = 4;

    /// <summary>Bytes before what a frame carries, from 68 on: DL/T 645.</summary>
    public const int PowerHeadBytes = 10;

    /// <summary>The same of CJ/T 188.</summary>
    public const int FlowHeadBytes = 11;

    /// <summary>Longest that a frame may carry (DL/T 645-2007, 5.2.5, for reading; CJ/T 188 has nothing longer).</summary>
    public const int CarriedBytesMax = 200;

    /// <summary>In an address: any.</summary>
    public const byte Any = 0xAA;

    /// <summary>FE before an answer that are still taken for a meter's waking the line and not for noise.</summary>
    private const int AnswerWakesMax = 16;

    private const byte Wake = 0xFE;
    private const byte Begin = 0x68;
    private const byte End = 0x16;
    private const byte AnswerBit = 0x80;
    private const byte RefusalBit = 0x40;

    /// <summary>Offset of the frame itself, behind the FE that wake the line.</summary>
    public static int StartOf(byte[] frame, int count)
    {
        int start = 0;
        while (start < count && frame[start] == Wake)
            start++;
        return start;
    }

    /// <summary>Puts head and end around what is carried, which lies in place already, from <see cref="WakeBytes"/> and the head's bytes on.</summary>
    /// <param name="address">Six bytes, or meter type and seven; least significant first.</param>
    /// <returns>Bytes from offset 0.</returns>
    public static int Write(byte[] frame, byte[] address, byte control, int carriedBytes)
    {
        int at = 0;
        while (at < WakeBytes)
            frame[at++] = Wake;
        frame[at++] = Begin;
        for (int i = 0; i < address.Length; i++)
            frame[at++] = address[i];
        if (address.Length == PowerHeadBytes - 4)
            frame[at++] = Begin;
        frame[at++] = control;
        frame[at++] = (byte)carriedBytes;
        at += carriedBytes;
        frame[at] = Sum(frame, WakeBytes, at);
        frame[at + 1] = End;
        return at + 2;
    }

    /// <summary>Sum of the bytes from offset to before end, modulo 256.</summary>
    public static byte Sum(byte[] frame, int offset, int end)
    {
        int sum = 0;
        while (offset < end)
            sum += frame[offset++];
        return (byte)sum;
    }

    /// <summary>Judges what has arrived so far as the answer to a request. What follows the frame is not looked at: a frame ends by its length.</summary>
    /// <param name="request">From its begin, FE or not.</param>
    /// <param name="frameBytes">Bytes of the answer with all before it, once it is whole; otherwise 0.</param>
    public static BusResult Judge(byte[] request, byte[] answer, int count, int headBytes, out int frameBytes)
    {
        frameBytes = 0;
        int asked = StartOf(request, request.Length);
        int start = StartOf(answer, count);
        if (start > AnswerWakesMax)
            return BusResult.Malformed;
        bool isPower = headBytes == PowerHeadBytes;
        int control = asked + headBytes - 2;
        for (int i = 0; i < headBytes; i++)
        {
            if (start + i == count)
                return BusResult.Incomplete;
            int b = answer[start + i];
            int wanted = request[asked + i];
            if (i == 0 || isPower && i == 7)
            {
                if (b != Begin)
                    return BusResult.Malformed;
            }
            else if (i < headBytes - 2)
            {
                if (b != wanted && wanted != Any)
                    return BusResult.WrongMeter;
            }
            // DL/T 645 has a bit more in its control byte: another frame follows.
            else if (i == headBytes - 2 && (b & (isPower ? 0x9F : 0xBF)) != (wanted | AnswerBit))
                return BusResult.WrongFunction;
        }
        int at = start + headBytes;
        int carried = answer[at - 1];
        if (carried > CarriedBytesMax)
            return BusResult.WrongLength;
        int end = at + carried;
        if (count < end + 2)
            return BusResult.Incomplete;
        if (answer[end] != Sum(answer, start, end))
            return BusResult.BadChecksum;
        if (answer[end + 1] != End)
            return BusResult.Malformed;
        frameBytes = end + 2;
        if ((answer[at - 2] & RefusalBit) == 0)
            return JudgeCarried(request, control, answer, at, carried, isPower);
        // A refusal in CJ/T 188 carries the request's number before its two bytes, in DL/T 645 one byte only.
        if (carried != (isPower ? 1 : 3))
            return BusResult.WrongLength;
        return isPower || answer[at] == request[control + 4] ? BusResult.Refused : BusResult.WrongRegister;
    }

    private static BusResult JudgeCarried(byte[] request, int control, byte[] answer, int at, int carried, bool isPower)
    {
        int asked = request[control + 1];
        if (carried < asked)
            return BusResult.WrongLength;
        // What was asked comes back first; but the number of a frame that follows another comes last.
        int last = isPower && request[control] == Dlt645.Dlt645Frame.ReadNext ? asked - 1 : -1;
        for (int i = 0; i < asked; i++)
        {
            if (answer[i == last ? at + carried - 1 : at + i] != request[control + 2 + i])
                return BusResult.WrongRegister;
        }
        if (!isPower || request[control] != Dlt645.Dlt645Frame.ReadAddress)
            return BusResult.Ok;
        if (carried != 6)
            return BusResult.WrongLength;
        for (int i = 0; i < carried; i++)
        {
            if ((byte)(answer[at + i] - Dlt645.Dlt645Frame.Bias) != answer[at - 9 + i])
                return BusResult.WrongMeter;
        }
        return BusResult.Ok;
    }
}
