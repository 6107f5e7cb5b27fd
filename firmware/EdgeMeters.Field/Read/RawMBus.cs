using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Read;

/// <summary>All records that an M-Bus meter gives, over as many answers as it needs.</summary>
internal sealed class RawMBus(MeterTable table) : RawMeter(table)
{
    /// <summary>Meters with more exist for load profiles, which are not for this tool.</summary>
    private const int AnswersMax = 16;

    /// <summary>Offset of the address in an answer (EN 13757-2, 5.3).</summary>
    private const int AddressAt = 5;

    private readonly List<byte[]> _answers = [];
    private readonly MBusRecords _records = new();
    private byte _control;

    /// <summary>Under which the meter answered, whatever it was asked under. Only after a whole reading.</summary>
    public byte PrimaryAddress => _answers[0][AddressAt];

    public override string Asked => "M-Bus records";

    public override bool IsDoubtful => true;

    public override void Begin(int turnaroundMs)
    {
        _answers.Clear();
        Requests = 2;
    }

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        bool isSecondary = Table.Address.Length > 1;
        AnswerBytesMax = request == 0 ? 1 : MBusFrame.FrameBytesMax;
        // A reset, or a selection, makes the meter take the next question for a new one; then the count bit alternates.
        _control = request == 0
            ? isSecondary ? MBusFrame.Select : MBusFrame.Reset
            : (byte)(MBusFrame.ReadRegisters | (request % 2 == 0 ? 0 : MBusFrame.CountBit));
        return _control == MBusFrame.Select
            ? MBusFrame.WriteSelect(frame, Table.Address)
            : MBusFrame.Write(frame, _control, isSecondary ? MBusFrame.Selected : Table.Address[0]);
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = MBusFrame.Judge(Table.Address, _control, frame, count, out int frameBytes);
        FrameBytes = frameBytes;
        if (result == BusResult.Refused)
            RefusalCode = MBusFrame.RefusalOf(frame);
        if (result != BusResult.Ok || frameBytes == 1)
            return result;
        Walk(frame, frameBytes);
        return _records.IsMalformed ? BusResult.Malformed : BusResult.Ok;
    }

    public override void Keep(int request, byte[] frame)
    {
        if (request == 0)
            return;
        _answers.Add(frame[..FrameBytes]);
        Walk(frame, FrameBytes);
        if (_records.HasMore && _answers.Count < AnswersMax)
            Requests = request + 2;
    }

    public override IReadOnlyList<ReadRow> Rows()
    {
        List<ReadRow> rows = [];
        if (_answers.Count > 0)
            rows.Add(MBusFormat.Head(_answers[0]));
        foreach (byte[] answer in _answers)
        {
            _records.Start(answer, answer.Length);
            while (_records.Next())
                rows.Add(MBusFormat.Row(_records, answer));
        }
        return rows;
    }

    private void Walk(byte[] frame, int frameBytes)
    {
        _records.Start(frame, frameBytes);
        while (_records.Next())
        {
        }
    }
}
