using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Read;

/// <summary>One read of coils, inputs or registers, shown as whatever it is said to be.</summary>
internal sealed class RawModbus(MeterTable table, byte function, ushort address, int quantity, WordFormat format) : RawMeter(table)
{
    private byte[] _content = [];

    public override string Asked => $"{Name} {address}" + (quantity > 1 ? $"-{address + quantity - 1}" : "");

    public override bool IsDoubtful => false;

    private bool IsBits => function <= ModbusFrame.ReadDiscreteInputs;

    private string Name => function switch
    {
        ModbusFrame.ReadCoils => "coil",
        ModbusFrame.ReadDiscreteInputs => "discrete input",
        ModbusFrame.ReadHoldingRegisters => "holding register",
        _ => "input register",
    };

    public override void Begin(int turnaroundMs) => Requests = 1;

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        AnswerBytesMax = ModbusFrame.AnswerBytes(function, quantity);
        ModbusFrame.WriteReadRequest(frame, Table.Address[0], function, address, quantity);
        return ModbusFrame.ReadRequestBytes;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = ModbusFrame.Judge(frame, count, Table.Address[0], function, quantity);
        if (result == BusResult.Refused)
            RefusalCode = frame[2];
        FrameBytes = result == BusResult.Refused ? ModbusFrame.ExceptionAnswerBytes : AnswerBytesMax;
        return result;
    }

    public override void Keep(int request, byte[] frame) => _content = frame[3..(AnswerBytesMax - 2)];

    /// <summary>The bytes that came, two a register.</summary>
    public byte[] Content => _content;

    public override IReadOnlyList<ReadRow> Rows()
    {
        if (!IsBits)
            return format.Rows(Name, address, _content);
        List<ReadRow> rows = [];
        for (int i = 0; i < quantity; i++)
        {
            byte holder = _content[i / 8];
            rows.Add(ReadRow.OfNumber($"{Name} {address + i}", [holder], (holder >> (i % 8)) & 1, null));
        }
        return rows;
    }
}
