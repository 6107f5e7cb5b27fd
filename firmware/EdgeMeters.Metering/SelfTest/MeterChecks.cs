using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Metering.Uplink;
using EdgeMeters.Wire;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>From a meter's bytes to an integer register, and the times at which it is read and sent.</summary>
internal static class MeterChecks
{
    public static void Run(SelfTestReport report)
    {
        Integers(report);
        Floats(report);
        Frames(report);
        Line(report);
        Intervals(report);
        WaitingTimes(report);
    }

    private static void Integers(SelfTestReport report)
    {
        byte[] words = new byte[] { 0x81, 0x02, 0x93, 0x04, 0xA5, 0x06, 0xB7, 0x08 };
        string[] expected = new string[]
        {
            "33026 33026 641 641",
            "-32510 -32510 641 641",
            "2164429572 2466545922 42009747 76743297",
            "-2130537724 -1828421374 42009747 76743297",
            "none none 180430489589713079 627977978857587329",
            "-9150589844705593592 -5257771117300121342 180430489589713079 627977978857587329",
        };
        for (int type = 1; type <= 6; type++)
        {
            string told = "";
            for (int order = 1; order <= 4; order++)
            {
                long register;
                bool isNumber = RegisterDecoder.TryDecode(words, (RegisterType)type, (WordOrder)order, 1, out register);
                told = SelfTestReport.And(told, isNumber ? register.ToString() : "none");
            }
            report.Text("register type " + type.ToString(), told, expected[type - 1]);
        }
    }

    // 1.5, -1.5, 0.0005, -0.0004999, 16777217 rounded, 2^60, 2^63, the largest, the smallest, not a number, infinite, minus zero.
    private static void Floats(SelfTestReport report)
    {
        uint[] bits = new uint[]
        {
            0x3FC00000, 0xBFC00000, 0x3A03126F, 0xBA03105E, 0x4B800000, 0x5D800000, 0x5F000000, 0x7F7FFFFF, 0x00000001, 0x7FC00000,
            0xFF800000, 0x80000000,
        };
        string told = "";
        byte[] words = new byte[8];
        for (int i = 0; i < bits.Length; i++)
        {
            for (int at = 0; at < 4; at++)
                words[at] = (byte)(bits[i] >> (24 - 8 * at));
            long register;
            bool isNumber = RegisterDecoder.TryDecode(words, RegisterType.F32, WordOrder.Abcd, i == 5 ? 1 : 1000, out register);
            told = SelfTestReport.And(told, isNumber ? register.ToString() : "none");
        }
        report.Text("register of float", told, "1500 -1500 1 0 16777216000 1152921504606846976 none none 0 none none 0");
    }

    private static void Frames(SelfTestReport report)
    {
        byte[] frame = new byte[ModbusFrame.FrameBytesMax];
        ModbusFrame.WriteReadRequest(frame, 17, ModbusFrame.ReadHoldingRegisters, 0x6B, 3);
        report.Text("modbus request", SelfTestReport.HexOf(frame, 0, ModbusFrame.ReadRequestBytes), "1103006b00037687");
        Answer(frame, 4, 2);
        report.Text("modbus answer", SelfTestReport.HexOf(frame, 0, 9), "1104046f94b9de4575");
        string told = "";
        for (int count = 0; count <= 10; count++)
            told = told + Judged(frame, count, 17, 4, 2);
        told = told + Judged(frame, 9, 18, 4, 2) + Judged(frame, 9, 17, 3, 2) + Judged(frame, 9, 17, 4, 3);
        frame[8] ^= 1;
        told = told + Judged(frame, 9, 17, 4, 2);
        Answer(frame, 0x84, 0);
        report.Text("modbus judged", told + Judged(frame, 5, 17, 4, 2), ".........0534526");
    }

    private static string Judged(byte[] frame, int count, byte unit, byte function, int quantity)
    {
        BusResult result = ModbusFrame.Judge(frame, count, unit, function, quantity);
        return result == BusResult.Incomplete ? "." : ((int)result).ToString();
    }

    private static void Answer(byte[] frame, byte function, int quantity)
    {
        int bytes = quantity > 0 ? 3 + 2 * quantity : 3;
        frame[0] = 17;
        frame[1] = function;
        frame[2] = (byte)(quantity > 0 ? 2 * quantity : 2);
        for (int i = 3; i < bytes; i++)
            frame[i] = (byte)(i * 37);
        ushort crc = Crc16.Compute(frame, 0, bytes);
        frame[bytes] = (byte)crc;
        frame[bytes + 1] = (byte)(crc >> 8);
    }

    // A silent meter first, so that the doubt after a timeout is gone through too.
    private static void Line(SelfTestReport report)
    {
        SelfTestClock clock = new SelfTestClock();
        SelfTestLine line = new SelfTestLine(clock, 17, 1);
        LineTable table = new LineTable();
        table.TimeoutMs = 200;
        table.LateAnswerMsMax = 500;
        MeterTable meter = new MeterTable();
        meter.Address = new byte[] { 17 };
        ModbusPoint point = new ModbusPoint();
        point.Function = ModbusFrame.ReadInputRegisters;
        point.Address = 100;
        point.Type = RegisterType.U32;
        ChannelLayout layout = new ChannelLayout();
        layout.RateMaxPerHour = 100;
        RegisterReadings readings = new RegisterReadings(new ChannelLayout[] { layout });
        BusMeter asked = new BusFactory(1, 9600).NewMeter(meter, new BusPoint[] { point });
        MeterReading reading = new MeterReading(asked, new byte[] { 0 }, readings);
        BusScheduler bus = new BusScheduler(new BusLine(line, clock, table), clock, new MeterReading[] { reading });
        string told = "";
        for (int i = 0; i < 3; i++)
        {
            bus.BeginRound();
            while (bus.IsBusy)
                bus.Step(0, 50);
            told = SelfTestReport.And(told, readings.Results[0] == BusResult.Ok ? readings.Registers[0].ToString() : "error");
        }
        report.Text("meter read", told, "4042388211 4042388211 4042388211");
        report.Number("requests on the line", line.Requests, 5);
        report.Number("milliseconds on the line", clock.MonotonicMs, 578);
    }

    private static void Intervals(SelfTestReport report)
    {
        IntervalClock clock = new IntervalClock(900);
        long[] utcMs = new long[]
        {
            1789999999999, 1790000000000, 1790000099999, 1790000100000, 1790000100001, 1790003000000, 1789990000000, 1789990200000,
            4294967295999,
        };
        string told = "";
        for (int i = 0; i < utcMs.Length; i++)
        {
            uint end;
            bool isEnd = clock.TryClose(utcMs[i], out end);
            told = SelfTestReport.And(told, isEnd ? end.ToString() : clock.SetBackFromMs != 0 ? "back" : "-");
        }
        report.Text("interval ends", told, "- - - 1790000100 - 1790002800 back 1789990200 4294966500");
        report.Number("until the next end", clock.MsToNextEnd(1790000099999), 1);
    }

    private static void WaitingTimes(SelfTestReport report)
    {
        Backoff backoff = new Backoff(500, 40000, new SelfTestEntropy(5));
        string told = "";
        for (int i = 0; i < 9; i++)
            told = SelfTestReport.And(told, backoff.Next().ToString());
        backoff.Reset();
        report.Text("waiting times", SelfTestReport.And(told, backoff.Next().ToString()), "407 664 1449 2448 5102 8351 23836 32977 20979 379");
        report.Number("silence at 9600 baud", RtuTiming.SilenceMicroseconds(9600), 4010);
        report.Number("time of 13 bytes at 9600 baud", RtuTiming.BytesMs(9600, 13), 15);
    }
}
