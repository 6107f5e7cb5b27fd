using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus.MBus;

/// <summary>A meter on the wired M-Bus, under its primary or its secondary address.</summary>
/// <remarks>
/// Each reading begins with a reset, or with the selection of the meter: after it the meter takes the next question for a new one and answers with
/// what it counts now, from the first of its records on. A register that two records claim with different numbers is unsteady.
/// Limits: of a meter that needs several answers, the first four are read, and only those that a register is still sought in.
/// </remarks>
public sealed class MBusMeter : BusMeter
{
    private const int AnswersMax = 4;

    private readonly MBusPoint[] _points;
    private readonly MBusRecords _records = new MBusRecords();
    private readonly long[] _registers;
    private readonly BusResult[] _results;
    private byte _control;

    /// <param name="table">Its address: one byte, or the eight of a secondary address as an answer's head has them.</param>
    /// <param name="points">Each a <see cref="MBusPoint"/>.</param>
    public MBusMeter(MeterTable table, BusPoint[] points)
        : base(table)
    {
        _points = new MBusPoint[points.Length];
        _registers = new long[points.Length];
        _results = new BusResult[points.Length];
        for (int i = 0; i < points.Length; i++)
            _points[i] = (MBusPoint)points[i];
        Begin(0);
    }

    public override bool IsDoubtful
    {
        get { return true; }
    }

    public override bool IsBusy
    {
        get { return RefusalCode == MBusFrame.Busy; }
    }

    public override void Begin(int turnaroundMs)
    {
        Requests = 2;
        for (int i = 0; i < _results.Length; i++)
            _results[i] = BusResult.Refused;
    }

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        bool isSelected = Table.Address.Length > 1;
        AnswerBytesMax = request == 0 ? 1 : MBusFrame.FrameBytesMax;
        _control = request == 0
            ? isSelected ? MBusFrame.Select : MBusFrame.Reset
            : (byte)(MBusFrame.ReadRegisters | ((request & 1) == 0 ? 0 : MBusFrame.CountBit));
        if (_control == MBusFrame.Select)
            return MBusFrame.WriteSelect(frame, Table.Address);
        return MBusFrame.Write(frame, _control, isSelected ? MBusFrame.Selected : Table.Address[0]);
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        int frameBytes;
        BusResult result = MBusFrame.Judge(Table.Address, _control, frame, count, out frameBytes);
        FrameBytes = frameBytes;
        if (result == BusResult.Refused)
            RefusalCode = MBusFrame.RefusalOf(frame);
        if (result != BusResult.Ok || frameBytes == 1)
            return result;
        _records.Start(frame, frameBytes);
        while (_records.Next())
        {
        }
        return _records.IsMalformed ? BusResult.Malformed : BusResult.Ok;
    }

    public override void Keep(int request, byte[] frame)
    {
        if (request == 0)
            return;
        bool isSought = false;
        _records.Start(frame, FrameBytes);
        for (int i = 0; i < _points.Length; i++)
        {
            if (_results[i] == BusResult.Refused)
                _results[i] = BusResult.Absent;
        }
        while (_records.Next())
        {
            for (int i = 0; i < _points.Length; i++)
                Keep(i);
        }
        for (int i = 0; i < _points.Length; i++)
            isSought |= _results[i] == BusResult.Absent;
        if (isSought && _records.HasMore && Requests <= AnswersMax)
            Requests++;
    }

    public override BusResult Take(int point, out long register)
    {
        register = _results[point] == BusResult.Ok ? _registers[point] : 0;
        return _results[point];
    }

    private void Keep(int point)
    {
        BusResult result;
        long register;
        if (!_points[point].TryTake(_records, out result, out register))
            return;
        if (_results[point] != BusResult.Absent && (result != _results[point] || register != _registers[point]))
            result = BusResult.Unsteady;
        _results[point] = result;
        _registers[point] = register;
    }
}
