using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Read;

/// <summary>One identifier of a DL/T 645 meter, with all frames that follow the first.</summary>
internal sealed class RawDlt645 : RawMeter
{
    /// <summary>A block of 63 tariffs takes two; what needs more is a load profile and not for this tool.</summary>
    private const int FollowingMax = 16;

    private readonly uint _identifier;
    private readonly int _identifierBytes;
    private readonly byte[] _asked = new byte[32];
    private readonly List<byte> _content = [];

    public RawDlt645(MeterTable table, uint identifier)
        : base(table)
    {
        _identifier = identifier;
        _identifierBytes = Dlt645Meter.IdentifierBytesOf(table.Protocol);
        AnswerBytesMax = 2 * SumFrame.WakeBytes + SumFrame.PowerHeadBytes + SumFrame.CarriedBytesMax + 2;
    }

    public override string Asked => _identifier.ToString(_identifierBytes == 2 ? "X4" : "X8", null);

    public override bool IsDoubtful => true;

    public override void Begin(int turnaroundMs)
    {
        _content.Clear();
        Requests = 1;
    }

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        int bytes = Dlt645Frame.WriteRead(frame, Table.Address, _identifier, _identifierBytes, request);
        Array.Copy(frame, _asked, bytes);
        return bytes;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = SumFrame.Judge(_asked, frame, count, SumFrame.PowerHeadBytes, out int frameBytes);
        FrameBytes = frameBytes;
        if (result == BusResult.Refused)
            RefusalCode = (byte)(frame[frameBytes - 3] - Dlt645Frame.Bias);
        return result;
    }

    public override bool IsFill(byte b) => b == 0xFF;

    public override void Keep(int request, byte[] frame)
    {
        int start = SumFrame.StartOf(frame, FrameBytes);
        int from = start + SumFrame.PowerHeadBytes + _identifierBytes;
        // The number of a frame that follows another is its last byte.
        int end = FrameBytes - 2 - (request == 0 ? 0 : 1);
        for (int i = from; i < end; i++)
            _content.Add((byte)(frame[i] - Dlt645Frame.Bias));
        if (_identifierBytes == 4 && Dlt645Frame.IsFollowed(frame, start) && request < FollowingMax)
            Requests = request + 2;
    }

    public override IReadOnlyList<ReadRow> Rows() => Dlt645Format.Rows(_identifier, _identifierBytes, [.. _content]);
}
