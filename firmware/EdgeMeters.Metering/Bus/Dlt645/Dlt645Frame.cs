namespace EdgeMeters.Metering.Bus.Dlt645;

/// <summary>Requests and answers of DL/T 645-2007 and -1997. Nothing here writes to a meter but its clock, and that no node ever sends.</summary>
public static class Dlt645Frame
{
    /// <summary>2007: read a register (DL/T 645-2007, 7.1).</summary>
    public const byte Read = 0x11;

    /// <summary>2007: read the frame that follows, by its number.</summary>
    public const byte ReadNext = 0x12;

    /// <summary>2007: what is your address?</summary>
    public const byte ReadAddress = 0x13;

    /// <summary>1997: read a register.</summary>
    public const byte ReadOf1997 = 0x01;

    /// <summary>What is carried goes over the line with this added to each byte.</summary>
    public const byte Bias = 0x33;

    public const int AddressBytes = 6;

    private const byte SetTime = 0x08;
    private const byte FollowedBit = 0x20;

    /// <summary>Writes a request to read.</summary>
    /// <param name="identifier">Register: DI3 to DI0 with four bytes (2007), DI1 and DI0 with two (1997).</param>
    /// <param name="sequence">2007: 0 for the register, from 1 on for the frames that follow its first.</param>
    public static int WriteRead(byte[] frame, byte[] address, uint identifier, int identifierBytes, int sequence)
    {
        int at = SumFrame.WakeBytes + SumFrame.PowerHeadBytes;
        for (int i = 0; i < identifierBytes; i++)
            frame[at++] = (byte)((identifier >> (8 * i)) + Bias);
        byte control = identifierBytes == 2 ? ReadOf1997 : Read;
        if (sequence > 0)
        {
            control = ReadNext;
            frame[at++] = (byte)(sequence + Bias);
        }
        return SumFrame.Write(frame, address, control, at - SumFrame.WakeBytes - SumFrame.PowerHeadBytes);
    }

    /// <summary>Writes the question for a meter's address, which the one meter on a line answers when asked under <see cref="SumFrame.Any"/>.</summary>
    public static int WriteReadAddress(byte[] frame, byte[] address)
    {
        return SumFrame.Write(frame, address, ReadAddress, 0);
    }

    /// <summary>Writes the time for all meters on a line (7.5: taken once a day, by less than five minutes, unanswered). For a technician's hand only.</summary>
    /// <param name="time">Second, minute, hour, day, month, year of the century.</param>
    public static int WriteTime(byte[] frame, byte[] time)
    {
        byte[] all = new byte[AddressBytes];
        for (int i = 0; i < AddressBytes; i++)
        {
            all[i] = 0x99;
            frame[SumFrame.WakeBytes + SumFrame.PowerHeadBytes + i] = (byte)(time[i] / 10 * 16 + time[i] % 10 + Bias);
        }
        return SumFrame.Write(frame, all, SetTime, AddressBytes);
    }

    /// <summary>True when the meter says that a frame follows this answer.</summary>
    /// <param name="start">Offset of the answer's first 68.</param>
    public static bool IsFollowed(byte[] answer, int start)
    {
        return (answer[start + SumFrame.PowerHeadBytes - 2] & FollowedBit) != 0;
    }
}
