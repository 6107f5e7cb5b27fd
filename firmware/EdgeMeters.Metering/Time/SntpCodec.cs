namespace EdgeMeters.Metering.Time;

/// <summary>The two messages of SNTP (RFC 4330): a question, and an answer that is believed only if it answers that question.</summary>
/// <remarks>
/// Nobody signs SNTP. What it says dates the gateway's certificate at a start without any time, and nothing else: readings are dated by the
/// gateway's signed time.
/// </remarks>
public static class SntpCodec
{
    public const int Bytes = 48;
    public const int Port = 123;

    /// <summary>Leap indicator 0, version 4, mode 3 (client).</summary>
    private const byte ClientHead = 0x23;

    private const byte ServerMode = 4;
    private const int UnsynchronisedLeap = 3;
    private const int StratumMax = 15;
    private const int OriginateAt = 24;
    private const int TransmitAt = 40;

    /// <summary>Seconds from 1900 to 1970.</summary>
    private const long UnixEpochNtpSeconds = 2208988800;

    /// <summary>Writes a question. Its transmit time is a random number, which the answer has to repeat.</summary>
    public static void WriteRequest(byte[] message, uint nonceHigh, uint nonceLow)
    {
        for (int i = 0; i < Bytes; i++)
            message[i] = 0;
        message[0] = ClientHead;
        Write(message, TransmitAt, nonceHigh);
        Write(message, TransmitAt + 4, nonceLow);
    }

    /// <returns>UTC in milliseconds when the server answered, or -1: too short, not an answer to this question, or from a server without time.</returns>
    public static long ReadAnswer(byte[] message, int count, uint nonceHigh, uint nonceLow)
    {
        if (count < Bytes || (message[0] & 7) != ServerMode || message[0] >> 6 == UnsynchronisedLeap)
            return -1;
        if (message[1] < 1 || message[1] > StratumMax)
            return -1;
        if (Read(message, OriginateAt) != nonceHigh || Read(message, OriginateAt + 4) != nonceLow)
            return -1;
        long seconds = Read(message, TransmitAt);
        if (seconds == 0)
            return -1;
        // RFC 4330, 3: with the highest bit clear the time is of the era that begins in 2036.
        if (seconds < 0x80000000L)
            seconds += 0x100000000L;
        long milliseconds = Read(message, TransmitAt + 4) * 1000L >> 32;
        return 1000 * (seconds - UnixEpochNtpSeconds) + milliseconds;
    }

    private static void Write(byte[] message, int at, uint number)
    {
        for (int i = 0; i < 4; i++)
            message[at + i] = (byte)(number >> 24 - 8 * i);
    }

    private static uint Read(byte[] message, int at)
    {
        return (uint)(message[at] << 24 | message[at + 1] << 16 | message[at + 2] << 8 | message[at + 3]);
    }
}
