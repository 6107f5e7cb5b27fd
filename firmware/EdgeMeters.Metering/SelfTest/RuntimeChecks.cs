using System;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>What the node core takes for granted of the runtime below it: where interpreters differ, everything above differs.</summary>
internal static class RuntimeChecks
{
    public static void Run(SelfTestReport report)
    {
        Words(report, 0x7FFFFFFF, 0xFFFFFFFF, -7, 1);
        LongWords(report, 0xFEDCBA9876543210, long.MinValue, 0x80000000, -1);
        Narrow(report, 0x12345FEDC);
        Shifts(report, 0x8000000000000001, 63, 1);
        Texts(report, long.MinValue, ulong.MaxValue, uint.MaxValue, int.MinValue);
        References(report);
        Flow(report, 0);
    }

    private static void Words(SelfTestReport report, int most, uint all, int minusSeven, int one)
    {
        report.Number("int wraps", most + one, -2147483648);
        report.Number("uint wraps", all + (uint)one, 0);
        report.Number("uint below zero", 0 - (uint)one, 4294967295);
        report.Number("uint compares unsigned", all > (uint)most ? 1 : 0, 1);
        report.Number("uint divides unsigned", all / 3, 1431655765);
        report.Number("uint remainder", all % 10, 5);
        report.Number("uint shifts zeros in", all >> 31, 1);
        report.Number("int shifts its sign in", (int)all >> 31, -1);
        report.Number("int divides towards zero", minusSeven / 2, -3);
        report.Number("int remainder has the sign", minusSeven % 2, -1);
        report.Number("int multiplies and wraps", most * most, 1);
    }

    private static void LongWords(SelfTestReport report, ulong all, long least, uint high, int minusOne)
    {
        report.Number("ulong divides unsigned", (long)(all / 10), 1836475854449306472);
        report.Number("ulong remainder", (long)(all % 1000), 720);
        report.Number("ulong compares unsigned", all > long.MaxValue ? 1 : 0, 1);
        report.Hex("ulong multiplies and wraps", all * all, "deec6cd7a44a4100");
        report.Hex("long of uint has no sign", (ulong)(long)high, "0000000080000000");
        report.Hex("ulong of int has a sign", (ulong)minusOne, "ffffffffffffffff");
        report.Number("long least negated", unchecked(-least), least);
        report.Number("long least less one", unchecked(least + minusOne), long.MaxValue);
        report.Number("long divides towards zero", (least + 1) / 4294967296, -2147483647);
        report.Number("long remainder", least % 10, -8);
        report.Number("long compares", least < minusOne ? 1 : 0, 1);
    }

    private static void Narrow(SelfTestReport report, long wide)
    {
        report.Number("to byte", (byte)wide, 220);
        report.Number("to short", (short)wide, -292);
        report.Number("to ushort", (ushort)wide, 65244);
        report.Number("to int", (int)wide, 591789788);
        report.Number("to uint", (uint)(wide | 0x80000000), 2739273436);
        byte[] bytes = new byte[2];
        bytes[0] |= 0x81;
        bytes[0] <<= 1;
        bytes[1] -= 1;
        report.Text("bytes in place", SelfTestReport.HexOf(bytes, 0, 2), "02ff");
        short[] halves = new short[] { unchecked((short)wide) };
        ushort[] words = new ushort[] { unchecked((ushort)wide) };
        report.Number("arrays keep signs", halves[0] + words[0], 64952);
    }

    private static void Shifts(SelfTestReport report, ulong ends, int most, int one)
    {
        report.Hex("ulong shifts zeros in", ends >> most, "0000000000000001");
        report.Hex("long shifts its sign in", (ulong)((long)ends >> most), "ffffffffffffffff");
        report.Hex("ulong shifts left", ends << most, "8000000000000000");
        report.Hex("shift count of 64 is 0", ends << (most + one), "8000000000000001");
        report.Number("shift count of 33 is 1", one << 33 - one + one, 2);
        report.Hex("long one shifted", (ulong)(1L << (most - one)), "4000000000000000");
        report.Hex("complement", (uint)~ends, "fffffffe");
    }

    private static void Texts(SelfTestReport report, long least, ulong all, uint most, int leastWord)
    {
        report.Text("text of long", least.ToString(), "-9223372036854775808");
        report.Text("text of ulong", all.ToString(), "18446744073709551615");
        report.Text("text of uint", most.ToString(), "4294967295");
        report.Text("text of int", leastWord.ToString(), "-2147483648");
        report.Text("text of chars", new string(new char[] { 'a', (char)('a' + 1) }), "ab");
        string text = "a";
        for (int i = 0; i < 3; i++)
            text = text + i.ToString();
        report.Text("texts joined", text, "a012");
        report.Number("texts compared", text == "a01" + "2" && text[3] == '2' && text.Length == 4 ? 1 : 0, 1);
    }

    private static void References(SelfTestReport report)
    {
        long[] numbers = new long[] { 1, 2, 3 };
        Raise(ref numbers[1], 9);
        report.Number("element by reference", numbers[0] + numbers[1] + numbers[2], 13);
        object[] things = new object[] { new SelfTestEntropy(1), "text" };
        IEntropy? entropy = things[0] as IEntropy;
        report.Number("interface of an object", entropy != null && things[1] as IEntropy == null ? 1 : 0, 1);
        byte[][] rows = new byte[2][];
        rows[1] = new byte[] { 4, 5 };
        report.Number("array of arrays", rows[0] == null ? rows[1][1] : 0, 5);
    }

    private static void Raise(ref long number, long to)
    {
        if (number < to)
            number = to;
    }

    private static void Flow(SelfTestReport report, int zero)
    {
        string path = "";
        for (int i = 0; i < 4; i++)
        {
            try
            {
                path = path + Choose((Quality)i) + Fail(i, zero);
            }
            catch (DeviceException e)
            {
                path = path + e.Message;
            }
            catch (Exception)
            {
                path = path + "x";
            }
            finally
            {
                path = path + ".";
            }
        }
        report.Text("choices and exceptions", path, "m-.gone.x.x.");
        object gate = new object();
        for (int i = 0; i < 2; i++)
        {
            try
            {
                lock (gate)
                    Fail(1, zero);
            }
            catch (DeviceException)
            {
                path = "again";
            }
        }
        report.Text("lock left by exception", path, "again");
    }

    private static string Choose(Quality quality)
    {
        switch (quality)
        {
            case Quality.Measured:
                return "m";
            case Quality.Suspect:
                return "s";
            case Quality.Missing:
                return "l";
            default:
                return "?";
        }
    }

    private static string Fail(int kind, int zero)
    {
        if (kind == 1)
            throw new DeviceException("gone");
        if (kind == 2)
            return (kind / zero).ToString();
        byte[] three = new byte[3];
        return three[kind] == 0 ? "-" : "+";
    }
}
