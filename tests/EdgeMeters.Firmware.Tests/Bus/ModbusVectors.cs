namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>Frames that others published or that follow from the norm; each says where it is from.</summary>
internal static class ModbusVectors
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>Request, answer, words as they lie on the wire, source.</summary>
    public static TheoryData<string, string, string> Good => new()
    {
        // pymodbus-dev/pymodbus: test/framer/test_framer.py
        { "11 03 00 7C 00 02 07 43", "11 03 04 00 8D 00 8E FB BD", "00 8D 00 8E" },
        // wirenboard/wb-mqtt-serial: test/TModbusTest.Query.dat
        { "01 03 00 46 00 01 65 DF", "01 03 02 00 15 79 8B", "00 15" },
        { "01 04 00 28 00 01 B1 C2", "01 04 02 00 66 39 1A", "00 66" },
        { "01 03 00 1E 00 04 24 0F", "01 03 08 01 02 03 04 05 06 07 08 65 13", "01 02 03 04 05 06 07 08" },
        // Eastron SDM320Y manual: holding 0x000C as float 100.0
        { "01 03 00 0C 00 02 04 08", "01 03 04 42 C8 00 00 6F B5", "42 C8 00 00" },
        // KBR multicomp F144 manual: three floats, 235.354 V, 110.201 A, 50.012 Hz
        { "01 04 00 01 00 06 21 C8", "01 04 0C 43 6B 5A B4 42 DC 67 20 42 48 0C 63 AF 7C", "43 6B 5A B4 42 DC 67 20 42 48 0C 63" },
        // esphome/esphome: components/pzemac/pzemac.cpp
        {
            "01 04 00 00 00 0A 70 0D", "01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34",
            "08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00"
        },
        // arivin29/note-rencana: TUF2000M-REGISTER-MAP.md, T1, framing computed
        { "01 03 00 20 00 02 C5 C1", "01 03 04 80 6B 42 12 12 82", "80 6B 42 12" },
    };

    /// <summary>Request, exception answer, code.</summary>
    public static TheoryData<string, string, byte> Refusals => new()
    {
        // Codes of Modbus Application Protocol V1.1b3, section 7; frames computed
        { "0A 03 00 0A 00 02 E5 72", "0A 83 01 F1 32", 1 },
        { "0A 03 00 0A 00 02 E5 72", "0A 83 03 70 F3", 3 },
        { "0A 03 00 0A 00 02 E5 72", "0A 83 08 31 34", 8 },
        { "0A 03 00 0A 00 02 E5 72", "0A 83 0B 71 35", 11 },
    };
}
