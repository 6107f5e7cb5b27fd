namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Makes frames as the norms write them down, by none of the firmware's code.</summary>
internal static class FrameMaker
{
    /// <summary>DL/T 645: what is carried is given as the meter has it, without the 33 that goes over the line.</summary>
    public static byte[] Power(string address, byte control, params byte[] carried)
    {
        byte[] biased = carried.Select(b => (byte)(b + 0x33)).ToArray();
        return WithSum([0x68, .. Reversed(address), 0x68, control, (byte)carried.Length, .. biased]);
    }

    /// <summary>CJ/T 188: type and address as on the plate, most significant first.</summary>
    public static byte[] Flow(byte type, string address, byte control, params byte[] carried)
    {
        return WithSum([0x68, type, .. Reversed(address), control, (byte)carried.Length, .. carried]);
    }

    /// <summary>M-Bus, long frame.</summary>
    public static byte[] Long(byte control, byte address, byte information, params byte[] carried)
    {
        byte length = (byte)(carried.Length + 3);
        byte[] summed = [control, address, information, .. carried];
        return [0x68, length, length, 0x68, .. summed, (byte)summed.Sum(b => b), 0x16];
    }

    /// <summary>M-Bus, an answer with the long head of meter 12345678, manufacturer 0442, version 1, medium 7.</summary>
    public static byte[] Records(byte address, params byte[] records)
    {
        return Long(0x08, address, 0x72, [0x78, 0x56, 0x34, 0x12, 0x42, 0x04, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, .. records]);
    }

    /// <summary>Digits two a byte, least significant byte first.</summary>
    public static byte[] Digits(long number, int bytes) => Reversed(number.ToString("D" + 2 * bytes));

    public static byte[] Reversed(string hex) => Convert.FromHexString(hex).Reverse().ToArray();

    private static byte[] WithSum(byte[] frame) => [.. frame, (byte)frame.Sum(b => b), 0x16];
}
