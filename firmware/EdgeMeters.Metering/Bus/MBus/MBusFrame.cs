namespace EdgeMeters.Metering.Bus.MBus;

/// <summary>Requests and answers of the wired M-Bus (EN 13757-2, 5; EN 13757-3, 6). Reads only.</summary>
/// <remarks>
/// Understood: the answer of variable structure with the long head, least significant byte first (CI 72), and the report of an error (CI 70).
/// Not understood and refused: fixed structure (73), most significant byte first (76), heads without address (78, 7A), encryption.
/// </remarks>
public static class MBusFrame
{
    public const byte Reset = 0x40;

    /// <summary>Asks for the registers; <see cref="CountBit"/> alternates, and the same bit again asks for the same answer again.</summary>
    public const byte ReadRegisters = 0x5B;

    public const byte CountBit = 0x20;
    public const byte Select = 0x53;

    /// <summary>Highest primary address of a meter; 0 is that of one that was given none.</summary>
    public const byte PrimaryMax = 250;

    /// <summary>Of a secondary address behind its identification: any.</summary>
    public const byte Any = 0xFF;

    /// <summary>Address of the meter that was selected by its secondary address.</summary>
    public const byte Selected = 0xFD;

    /// <summary>Any meter: for a line with only one.</summary>
    public const byte AnyAnswering = 0xFE;

    public const int SecondaryBytes = 8;
    public const int FrameBytesMax = 261;

    /// <summary>Offset of the head of an answer: identification (4), manufacturer (2), version, medium, access number, status, signature (2).</summary>
    public const int HeadAt = 7;

    /// <summary>Offset of the first record.</summary>
    public const int RecordsAt = 19;

    /// <summary>The meter's application is busy (EN 13757-3, table of application errors).</summary>
    public const byte Busy = 8;

    private const byte Acknowledgement = 0xE5;
    private const byte ShortBegin = 0x10;
    private const byte LongBegin = 0x68;
    private const byte End = 0x16;
    private const byte SelectControl = 0x52;
    private const byte VariableControl = 0x72;
    private const byte ErrorControl = 0x70;
    private const byte Answer = 0x08;
    private const byte AccessBits = 0x30;

    /// <returns>Bytes written.</returns>
    public static int Write(byte[] frame, byte control, byte address)
    {
        frame[0] = ShortBegin;
        frame[1] = control;
        frame[2] = address;
        return Close(frame, 1, 3);
    }

    /// <summary>Writes the request that selects a meter by its secondary address; F for a digit and FF for the other bytes are any.</summary>
    public static int WriteSelect(byte[] frame, byte[] secondary)
    {
        frame[0] = LongBegin;
        frame[1] = frame[2] = SecondaryBytes + 3;
        frame[3] = LongBegin;
        frame[4] = Select;
        frame[5] = Selected;
        frame[6] = SelectControl;
        for (int i = 0; i < SecondaryBytes; i++)
            frame[HeadAt + i] = secondary[i];
        return Close(frame, 4, HeadAt + SecondaryBytes);
    }

    /// <summary>Judges what has arrived so far as the answer to a request. What follows the frame is not looked at.</summary>
    /// <param name="address">The meter's: one byte, or the eight of its secondary address.</param>
    /// <param name="control">Control byte of the request.</param>
    /// <param name="frameBytes">Bytes of the answer once it is whole; otherwise 0.</param>
    public static BusResult Judge(byte[] address, byte control, byte[] frame, int count, out int frameBytes)
    {
        frameBytes = 0;
        if (count < 1)
            return BusResult.Incomplete;
        if ((control | CountBit) != (ReadRegisters | CountBit))
        {
            frameBytes = 1;
            return frame[0] == Acknowledgement ? BusResult.Ok : frame[0] == LongBegin ? BusResult.WrongFunction : BusResult.Malformed;
        }
        if (frame[0] != LongBegin)
            return frame[0] == Acknowledgement ? BusResult.WrongFunction : BusResult.Malformed;
        if (count < HeadAt)
            return BusResult.Incomplete;
        if (frame[3] != LongBegin)
            return BusResult.Malformed;
        if (frame[1] != frame[2] || frame[1] < 3)
            return BusResult.WrongLength;
        if ((frame[4] & ~AccessBits) != Answer)
            return BusResult.WrongFunction;
        if (address.Length == 1 && address[0] != AnyAnswering && frame[5] != address[0])
            return BusResult.WrongMeter;
        int end = 4 + frame[1];
        if (count < end + 2)
            return BusResult.Incomplete;
        if (frame[end] != SumFrame.Sum(frame, 4, end))
            return BusResult.BadChecksum;
        if (frame[end + 1] != End)
            return BusResult.Malformed;
        frameBytes = end + 2;
        if (frame[6] == ErrorControl)
            return BusResult.Refused;
        if (frame[6] != VariableControl)
            return BusResult.WrongFunction;
        if (end < RecordsAt)
            return BusResult.WrongLength;
        return address.Length == 1 || IsSelected(address, frame) ? BusResult.Ok : BusResult.WrongMeter;
    }

    /// <summary>Code of a report of an error; 0, no closer reason, where it has none.</summary>
    public static byte RefusalOf(byte[] frame)
    {
        return frame[1] > 3 ? frame[HeadAt] : (byte)0;
    }

    private static bool IsSelected(byte[] secondary, byte[] frame)
    {
        for (int i = 0; i < SecondaryBytes; i++)
        {
            int mask = 0xFF;
            // The identification has wildcards by digit, the rest by byte.
            if (i < 4 && (secondary[i] & 0xF0) == 0xF0 || secondary[i] == Any)
                mask &= 0x0F;
            if (i < 4 && (secondary[i] & 0x0F) == 0x0F || secondary[i] == Any)
                mask &= 0xF0;
            if (((secondary[i] ^ frame[HeadAt + i]) & mask) != 0)
                return false;
        }
        return true;
    }

    private static int Close(byte[] frame, int start, int end)
    {
        frame[end] = SumFrame.Sum(frame, start, end);
        frame[end + 1] = End;
        return end + 2;
    }
}
