namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>CRC-16 of Modbus RTU: initial value 0xFFFF, reflected polynomial 0xA001, sent low byte first (Modbus over Serial Line V1.02, 6.2.2).</summary>
public static class Crc16
{
    private static readonly ushort[] Table = MakeTable();

    public static ushort Compute(byte[] buffer, int offset, int count)
    {
        int state = 0xFFFF;
        int end = offset + count;
        for (int i = offset; i < end; i++)
            state = Table[(state ^ buffer[i]) & 0xFF] ^ (state >> 8);
        return (ushort)state;
    }

    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < 256; i++)
        {
            int state = i;
            for (int bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ 0xA001 : state >> 1;
            table[i] = (ushort)state;
        }
        return table;
    }
}
