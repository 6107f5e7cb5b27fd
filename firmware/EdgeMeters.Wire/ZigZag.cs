namespace EdgeMeters.Wire;

/// <summary>Maps signed to unsigned so that small magnitudes stay small: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
public static class ZigZag
{
    public static ulong Encode(long number)
    {
        return (ulong)(number << 1) ^ (ulong)(number >> 63);
    }

    public static long Decode(ulong number)
    {
        return (long)(number >> 1) ^ -(long)(number & 1);
    }
}
