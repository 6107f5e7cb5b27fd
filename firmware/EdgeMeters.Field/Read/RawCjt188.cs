using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Read;

/// <summary>One identifier of a CJ/T 188 meter, by default what it counts now.</summary>
internal sealed class RawCjt188 : RawMeter
{
    private readonly uint _identifier;
    private readonly byte[] _asked = new byte[32];
    private byte[] _content = [];
    private byte _meterType;
    private byte _number;

    public RawCjt188(MeterTable table, uint identifier)
        : base(table)
    {
        _identifier = identifier;
        AnswerBytesMax = 2 * SumFrame.WakeBytes + SumFrame.FlowHeadBytes + SumFrame.CarriedBytesMax + 2;
    }

    public override string Asked => _identifier.ToString("X4", null);

    public override bool IsDoubtful => true;

    public override void Begin(int turnaroundMs) => Requests = 1;

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        int bytes = Cjt188Frame.Write(
            frame, Table.Address, Cjt188Frame.Read, _identifier, (Table.Variant & Cjt188Meter.HighFirst) != 0, _number++);
        Array.Copy(frame, _asked, bytes);
        return bytes;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = SumFrame.Judge(_asked, frame, count, SumFrame.FlowHeadBytes, out int frameBytes);
        FrameBytes = frameBytes;
        if (result == BusResult.Refused)
            RefusalCode = frame[frameBytes - 3];
        return result;
    }

    public override void Keep(int request, byte[] frame)
    {
        int start = SumFrame.StartOf(frame, FrameBytes);
        _meterType = frame[start + 1];
        _content = frame[(start + SumFrame.FlowHeadBytes + Cjt188Frame.EchoedBytes)..(FrameBytes - 2)];
    }

    public override IReadOnlyList<ReadRow> Rows() =>
        Cjt188Format.Rows(_identifier, _meterType, _content, (Table.Variant & Cjt188Meter.UnitFirst) != 0);
}
