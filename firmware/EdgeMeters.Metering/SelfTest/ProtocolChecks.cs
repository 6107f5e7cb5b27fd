using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.SelfTest;

/// <summary>The field protocols beside Modbus: of each a question, its answer byte by byte, the register in it, and the answer with a bit changed.</summary>
internal static class ProtocolChecks
{
    public static void Run(SelfTestReport report)
    {
        Dlt645Point power = new Dlt645Point();
        power.Identifier = 0x00030000;
        power.IsSigned = true;
        byte[] answer = new byte[]
        {
            0xFE, 0xFE, 0x68, 0x61, 0x01, 0x00, 0x00, 0x00, 0x00, 0x68, 0x91, 0x08, 0x33, 0x33, 0x36, 0x33, 0x59, 0x33, 0x34, 0xB3,
            0x0D, 0x16,
        };
        Check(report, "dl/t 645", BusProtocol.Dlt645, new byte[] { 0x61, 1, 0, 0, 0, 0 }, power, answer, "fefefefe68610100000000681104333336331616 22 0 -10026 2");

        Cjt188Point flow = new Cjt188Point();
        flow.UnitCode = 0x2C;
        answer = new byte[]
        {
            0xFE, 0xFE, 0xFE, 0xFE, 0x68, 0x30, 0x44, 0x33, 0x22, 0x11, 0x00, 0x33, 0x78, 0x81, 0x16, 0x1F, 0x90, 0x00, 0x45, 0x23,
            0x01, 0x00, 0x2C, 0x00, 0x20, 0x01, 0x00, 0x2C, 0x30, 0x15, 0x10, 0x22, 0x11, 0x26, 0x20, 0x00, 0x00, 0xE3, 0x16,
        };
        byte[] address = new byte[] { 0x30, 0x44, 0x33, 0x22, 0x11, 0x00, 0x33, 0x78 };
        Check(report, "cj/t 188", BusProtocol.Cjt188, address, flow, answer, "fefefefe68304433221100337801031f9000a016 39 0 12345 2");

        MBusPoint volume = new MBusPoint();
        volume.Quantity = MBusQuantity.Volume;
        volume.Exponent = -4;
        answer = new byte[]
        {
            0x68, 0x22, 0x22, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56, 0x34, 0x12, 0x42, 0x04, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x2F,
            0x0D, 0x78, 0x03, 0x41, 0x42, 0x43, 0x8C, 0x10, 0x13, 0x44, 0x33, 0x22, 0x11, 0x03, 0x13, 0xFE, 0xFF, 0xFF, 0x1A, 0x16,
        };
        Check(report, "m-bus", BusProtocol.MBus, new byte[] { 1 }, volume, answer, "1040014116 1 107b017c16 40 0 -20 2");
    }

    private static void Check(
        SelfTestReport report, string name, BusProtocol protocol, byte[] address, BusPoint point, byte[] answer, string expected)
    {
        MeterTable table = new MeterTable();
        table.Protocol = protocol;
        table.Address = address;
        BusMeter meter = new BusFactory(1, 2400).NewMeter(table, new BusPoint[] { point });
        byte[] frame = new byte[BusLine.RequestBytesMax];
        string told = "";
        meter.Begin(0);
        for (int request = 0; request < meter.Requests; request++)
        {
            told = SelfTestReport.And(told, SelfTestReport.HexOf(frame, 0, meter.WriteRequest(request, 0, frame)));
            byte[] came = meter.AnswerBytesMax == 1 ? new byte[] { 0xE5 } : answer;
            int count = 1;
            while (meter.Judge(came, count) == BusResult.Incomplete && count < came.Length)
                count++;
            told = told + " " + count.ToString();
            meter.Keep(request, came);
        }
        long register;
        told = told + " " + ((int)meter.Take(0, out register)).ToString() + " " + register.ToString();
        answer[answer.Length - 4] ^= 1;
        report.Text(name, told + " " + ((int)meter.Judge(answer, answer.Length)).ToString(), expected);
    }
}
