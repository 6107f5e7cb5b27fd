using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Plays a golden through the code that reads meters: that writes the golden's requests, judges its answers and takes the register from them.</summary>
internal static class GoldenExchange
{
    private const int BaudRate = 9600;
    private const int FrameBytesMax = 512;

    // A request may bear a number that counts up: the golden's is one of these.
    private const int NumbersMax = 256;

    private const byte Wake = 0xFE;

    /// <returns>What is wrong, or an empty text.</returns>
    public static string FaultOf(BusProfile bus, BusPoint point, ProfileGolden golden)
    {
        MeterTable table = new()
        {
            Protocol = bus.Protocol,
            Address = AddressIn(bus.Protocol, Unwoken(golden.Requests[0])),
            RegistersMax = bus.RegistersPerReadMax,
            Variant = bus.Variant,
        };
        if (!BusFactory.IsAddress(table.Protocol, table.Address))
            return $"request {Hex(golden.Requests[0])} is to no address that a meter can have";
        BusMeter meter = new BusFactory(1, BaudRate).NewMeter(table, [point]);
        meter.Begin(0);
        bool isBlock = bus.Protocol == BusProtocol.Modbus && golden.Requests.Count == 1 && !IsSent(meter, 0, golden.Requests[0]);
        return isBlock ? FaultOfBlock((ModbusPoint)point, golden) : FaultOfReading(meter, golden);
    }

    private static string FaultOfReading(BusMeter meter, ProfileGolden golden)
    {
        int exchange = 0;
        for (; exchange < meter.Requests; exchange++)
        {
            if (exchange == golden.Requests.Count)
                return $"a reading takes more than {exchange} exchanges: the next request is {Hex(Sent(meter, exchange))}";
            if (!IsSent(meter, exchange, golden.Requests[exchange]))
                return $"request {Hex(golden.Requests[exchange])} is not what is sent: {Hex(Sent(meter, exchange))}";
            byte[] response = golden.Responses[exchange];
            BusResult judged = meter.Judge(response, response.Length);
            if (judged != BusResult.Ok)
                return $"response {Hex(response)} is judged {judged}";
            if (meter.FrameBytes != response.Length)
                return $"response {Hex(response)} has {response.Length - meter.FrameBytes} bytes behind its frame";
            meter.Keep(exchange, response);
        }
        if (exchange < golden.Requests.Count)
            return $"a reading takes {exchange} exchanges, not {golden.Requests.Count}";
        BusResult taken = meter.Take(0, out long raw);
        return FaultOf(taken, raw, golden);
    }

    // Published answers are often to a read of more than one register, as a node sends it when it reads several at once.
    private static string FaultOfBlock(ModbusPoint point, ProfileGolden golden)
    {
        byte[] request = golden.Requests[0];
        byte[] response = golden.Responses[0];
        if (request.Length != ModbusFrame.ReadRequestBytes)
            return $"request {Hex(request)} is no read of registers";
        int address = (request[2] << 8) | request[3];
        int quantity = (request[4] << 8) | request[5];
        if (quantity < 1 || quantity > ModbusFrame.QuantityMax || request[1] != point.Function
            || address > point.Address || address + quantity < point.Address + RegisterDecoder.WordsOf(point.Type))
            return $"request {Hex(request)} does not ask for the register at {point.Address}, function {point.Function}";
        byte[] sent = new byte[ModbusFrame.ReadRequestBytes];
        ModbusFrame.WriteReadRequest(sent, request[0], request[1], (ushort)address, quantity);
        if (!sent.AsSpan().SequenceEqual(request))
            return $"request {Hex(request)} is not what is sent: {Hex(sent)}";
        if (point.Scale != ScaleKind.None)
            return "a register with a scale register is shown by the requests that read both";
        BusResult judged = ModbusFrame.Judge(response, response.Length, request[0], request[1], quantity);
        if (judged != BusResult.Ok)
            return $"response {Hex(response)} is judged {judged}";
        bool isNumber = RegisterDecoder.TryDecode(
            response, 3 + 2 * (point.Address - address), point.Type, point.Order, point.FloatScale, point.Nulls, out long raw);
        return FaultOf(isNumber ? BusResult.Ok : BusResult.NotANumber, raw, golden);
    }

    private static string FaultOf(BusResult taken, long raw, ProfileGolden golden)
    {
        if (taken != BusResult.Ok)
            return $"its register is not taken from the answer: {taken}";
        return raw == golden.Raw ? "" : $"is decoded as {raw}, not {golden.Raw}";
    }

    private static byte[] AddressIn(BusProtocol protocol, ReadOnlySpan<byte> request) => protocol switch
    {
        BusProtocol.Modbus => request.Length < 1 ? [] : [request[0]],
        BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997 => request.Length < 7 ? [] : request[1..7].ToArray(),
        BusProtocol.Cjt188 => request.Length < 9 ? [] : request[1..9].ToArray(),
        // A short frame has the primary address, the selecting one the secondary.
        _ => request.Length == 5 ? [request[2]] : request.Length < 15 ? [] : request[7..15].ToArray(),
    };

    private static bool IsSent(BusMeter meter, int request, byte[] golden)
    {
        for (int number = 0; number < NumbersMax; number++)
        {
            if (Unwoken(Sent(meter, request)).SequenceEqual(Unwoken(golden)))
                return true;
        }
        return false;
    }

    private static byte[] Sent(BusMeter meter, int request)
    {
        byte[] frame = new byte[FrameBytesMax];
        return frame[..meter.WriteRequest(request, 0, frame)];
    }

    // What wakes a line is no part of a frame, and published traces leave it out.
    private static ReadOnlySpan<byte> Unwoken(byte[] frame) => frame.AsSpan().TrimStart(Wake);

    private static string Hex(byte[] frame) => Convert.ToHexString(frame);
}
