namespace EdgeMeters.Metering.Bus.Cjt188;

/// <summary>Requests of CJ/T 188-2004, and where things lie in its answers. Nothing here writes to a meter: its valve is not for this node.</summary>
public static class Cjt188Frame
{
    public const byte Read = 0x01;

    /// <summary>What is your address? It is asked under type and address AA.</summary>
    public const byte ReadAddress = 0x03;

    /// <summary>The registers now.</summary>
    public const ushort Current = 0x901F;

    /// <summary>What asking for the address is called.</summary>
    public const ushort Address = 0x810A;

    /// <summary>Meter type and seven bytes.</summary>
    public const int AddressBytes = 8;

    /// <summary>Identifier and the request's number.</summary>
    public const int EchoedBytes = 3;

    /// <summary>A number of four bytes and its unit.</summary>
    public const int FieldBytes = 5;

    /// <summary>Carried by the answer of a water or gas meter to <see cref="Current"/>.</summary>
    public const int FlowBytes = 0x16;

    /// <summary>Carried by the answer of a heat meter.</summary>
    public const int HeatBytes = 0x2E;

    /// <summary>
    /// Both answers to <see cref="Current"/> end with the meter's time (BCD: second, minute, hour, day, month, year, century) and two status bytes,
    /// before sum and 16. The status is not judged: sources contradict each other about its bits (valve and battery).
    /// </summary>
    public const int TimeFromEnd = 11;

    public const int StatusFromEnd = 4;

    /// <param name="isHighFirst">True for DI 90 1F on the line, false for the norm's 1F 90.</param>
    /// <param name="number">The request's (SER); its answer bears it.</param>
    public static int Write(byte[] frame, byte[] address, byte control, uint identifier, bool isHighFirst, byte number)
    {
        int at = SumFrame.WakeBytes + SumFrame.FlowHeadBytes;
        int high = (int)(identifier >> 8);
        frame[at] = (byte)(isHighFirst ? high : (int)identifier);
        frame[at + 1] = (byte)(isHighFirst ? (int)identifier : high);
        frame[at + 2] = number;
        return SumFrame.Write(frame, address, control, EchoedBytes);
    }

    /// <summary>Types 20 to 29 measure heat or cold.</summary>
    public static bool IsHeat(byte type)
    {
        return type >> 4 == 2;
    }
}
