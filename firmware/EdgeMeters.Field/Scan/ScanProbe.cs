using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Scan;

/// <summary>One question to whoever may be there. Every one of them only reads.</summary>
internal sealed class ScanProbe : BusMeter
{
    private const int RequestBytesMax = 32;

    /// <summary>Wake-up bytes and the longest answer to a question for an address.</summary>
    private const int AddressAnswerBytes = 32;

    private readonly byte[] _request;
    private readonly int _variant;
    private string _address = "";

    private ScanProbe(MeterTable table, int variant, byte[] frame, int bytes, int answerBytes)
        : base(table)
    {
        _variant = variant;
        _request = frame[..bytes];
        AnswerBytesMax = answerBytes;
    }

    public int RequestBytes => _request.Length;

    /// <summary>Who answered, as "read" wants to have it written. Only after <see cref="Keep"/>.</summary>
    public string Address => _address;

    /// <summary>What else "read" needs to be told.</summary>
    public string Hint => Table.Protocol == BusProtocol.Cjt188 && _variant == 1 ? " --di-order 901f" : "";

    public override bool IsDoubtful => Table.Protocol != BusProtocol.Modbus;

    /// <summary>One register; a refusal is an answer too.</summary>
    public static ScanProbe Modbus(byte unit, byte function)
    {
        byte[] frame = new byte[RequestBytesMax];
        ModbusFrame.WriteReadRequest(frame, unit, function, 0, 1);
        return new ScanProbe(
            TableOf(BusProtocol.Modbus, [unit]), function, frame, ModbusFrame.ReadRequestBytes, ModbusFrame.AnswerBytes(function, 1));
    }

    /// <summary>What is your address? For 1997, which cannot be asked so: what have you counted?</summary>
    public static ScanProbe Dlt645(BusProtocol protocol)
    {
        byte[] frame = new byte[RequestBytesMax];
        byte[] any = Any(Dlt645Frame.AddressBytes);
        int bytes = protocol == BusProtocol.Dlt645
            ? Dlt645Frame.WriteReadAddress(frame, any)
            : Dlt645Frame.WriteRead(frame, any, 0x9010, 2, 0);
        return new ScanProbe(TableOf(protocol, any), 0, frame, bytes, AddressAnswerBytes);
    }

    /// <param name="isHighFirst">The order of the identifier that some makers turned round.</param>
    public static ScanProbe Cjt188(bool isHighFirst)
    {
        byte[] frame = new byte[RequestBytesMax];
        byte[] any = Any(Cjt188Frame.AddressBytes);
        int bytes = Cjt188Frame.Write(frame, any, Cjt188Frame.ReadAddress, Cjt188Frame.Address, isHighFirst, 0);
        return new ScanProbe(TableOf(BusProtocol.Cjt188, any), isHighFirst ? 1 : 0, frame, bytes, AddressAnswerBytes);
    }

    /// <summary>A reset of the link, which the meter acknowledges with one byte and which changes nothing of what it counts.</summary>
    public static ScanProbe MBus(byte address)
    {
        byte[] frame = new byte[RequestBytesMax];
        int bytes = MBusFrame.Write(frame, MBusFrame.Reset, address);
        return new ScanProbe(TableOf(BusProtocol.MBus, [address]), 0, frame, bytes, 1);
    }

    public override void Begin(int turnaroundMs) => Requests = 1;

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        Array.Copy(_request, frame, _request.Length);
        return _request.Length;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        if (Table.Protocol == BusProtocol.Modbus)
        {
            BusResult judged = ModbusFrame.Judge(frame, count, Table.Address[0], (byte)_variant, 1);
            FrameBytes = judged == BusResult.Refused ? ModbusFrame.ExceptionAnswerBytes : AnswerBytesMax;
            return judged;
        }
        BusResult result = Table.Protocol == BusProtocol.MBus
            ? MBusFrame.Judge(Table.Address, MBusFrame.Reset, frame, count, out int frameBytes)
            : SumFrame.Judge(
                _request, frame, count, Table.Protocol == BusProtocol.Cjt188 ? SumFrame.FlowHeadBytes : SumFrame.PowerHeadBytes, out frameBytes);
        FrameBytes = frameBytes;
        return result;
    }

    public override bool IsFill(byte b) => b == 0xFF && Table.Protocol is BusProtocol.Dlt645 or BusProtocol.Dlt645Of1997;

    public override void Keep(int request, byte[] frame)
    {
        if (Table.Address.Length == 1)
        {
            _address = Table.Address[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
            return;
        }
        int from = SumFrame.StartOf(frame, FrameBytes) + 1;
        string digits = Convert.ToHexString([.. frame[from..(from + Table.Address.Length)].Reverse()]);
        // The type of a CJ/T 188 meter comes first on the wire, so last here.
        _address = Table.Protocol == BusProtocol.Cjt188 ? $"{digits[..^2]} --meter-type {digits[^2..]}" : digits;
    }

    public override BusResult Take(int point, out long register)
    {
        register = 0;
        return BusResult.Absent;
    }

    private static MeterTable TableOf(BusProtocol protocol, byte[] address) => new() { Protocol = protocol, Address = address };

    private static byte[] Any(int bytes) => [.. Enumerable.Repeat(SumFrame.Any, bytes)];
}
