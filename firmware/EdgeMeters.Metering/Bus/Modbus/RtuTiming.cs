namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>Times of Modbus RTU. A character has 11 bits whatever the parity (Modbus over Serial Line V1.02, 2.5.1).</summary>
/// <remarks>t3.5 scales with the baud rate up to 19,200 and is 1,750 µs above (V1.02, 2.5.1.1).</remarks>
public static class RtuTiming
{
    private const int BitsPerCharacter = 11;

    /// <summary>Silence that ends a frame, in microseconds.</summary>
    public static int SilenceMicroseconds(int baudRate)
    {
        return baudRate > 19200 ? 1750 : BitsPerCharacter * 3500000 / baudRate;
    }

    /// <summary>Time that bytes take on the line, rounded up to milliseconds.</summary>
    public static int BytesMs(int baudRate, int bytes)
    {
        return (bytes * BitsPerCharacter * 1000 + baudRate - 1) / baudRate;
    }
}
