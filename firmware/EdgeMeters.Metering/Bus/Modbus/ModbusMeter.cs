using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>A Modbus meter, and what has been learned of its registers.</summary>
/// <remarks>
/// Words that the meter refused to give along (exception 2) are holes from then on. Shape 1 asks for more words than shape 0, so that an answer to
/// shape 0 that comes late is told by its length. Where it cannot, the other order of requests tells: once a surplus answer was taken, each request
/// may get the answer of the one before it, pass after pass, and two such passes agree only if they ask in the same order.
/// </remarks>
public sealed class ModbusMeter : BusMeter
{
    private const int HolesMax = 4;

    // More holes than are kept: no word is asked for that is not needed.
    private const int Everywhere = -1;

    private const byte IllegalAddress = 2;
    private const byte Acknowledge = 5;
    private const byte ServerBusy = 6;

    private readonly ModbusPlan _plan;
    private readonly ModbusPoint[] _points;
    private readonly int[] _holes = new int[HolesMax];
    private int _holeCount;
    private bool _isParted;
    private int _block;
    private byte _function;
    private int _quantity;

    /// <param name="table">Its address and limits.</param>
    /// <param name="points">Each a <see cref="ModbusPoint"/>.</param>
    /// <param name="plan">Of its line; with room for these points.</param>
    public ModbusMeter(MeterTable table, BusPoint[] points, ModbusPlan plan)
        : base(table)
    {
        _plan = plan;
        _points = new ModbusPoint[points.Length];
        for (int i = 0; i < points.Length; i++)
            _points[i] = (ModbusPoint)points[i];
    }

    public override bool IsDoubtful
    {
        get { return _plan.IsAmbiguous; }
    }

    public override bool IsBusy
    {
        get { return RefusalCode == Acknowledge || RefusalCode == ServerBusy; }
    }

    public override void Begin(int turnaroundMs)
    {
        _plan.Make(_points, Table.RegistersMax, turnaroundMs, _isParted, _holes, _holeCount);
        Requests = _plan.Blocks;
    }

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        _block = shape == 0 ? request : Requests - 1 - request;
        int key = _plan.BlockKey(_block);
        _quantity = _plan.WordsOf(_block, shape, Table.RegistersMax, _holes, _holeCount);
        _function = (byte)(key >> 16);
        AnswerBytesMax = ModbusFrame.AnswerBytes(_function, _quantity);
        ModbusFrame.WriteReadRequest(frame, Table.Address[0], _function, (ushort)key, _quantity);
        return ModbusFrame.ReadRequestBytes;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = ModbusFrame.Judge(frame, count, Table.Address[0], _function, _quantity);
        if (result == BusResult.Refused)
            RefusalCode = frame[2];
        FrameBytes = result == BusResult.Refused ? ModbusFrame.ExceptionAnswerBytes : AnswerBytesMax;
        return result;
    }

    public override void Keep(int request, byte[] frame)
    {
        _plan.Keep(_block, _quantity, frame, 3);
    }

    public override bool LearnRefusal(int request)
    {
        if (RefusalCode != IllegalAddress)
            return false;
        int key = _plan.BlockKey(_block);
        int needed = 0;
        bool wasNeeded = true;
        bool isNews = false;
        // Every word that was asked for without being needed is a suspect, and none of them is worth another try.
        for (int end = key + _quantity; key < end; key++)
        {
            bool isNeeded = _plan.IsNeeded(_block, key);
            needed += isNeeded ? 1 : 0;
            if (!isNeeded && wasNeeded && !ModbusPlan.HasHole(_holes, _holeCount, key, key + 1))
            {
                isNews = true;
                _isParted |= _holeCount == HolesMax;
                _holeCount = _holeCount == HolesMax ? Everywhere : _holeCount + 1;
                if (_holeCount > 0)
                    _holes[_holeCount - 1] = key;
            }
            wasNeeded = isNeeded;
        }
        if (isNews)
            return true;
        // One of several registers is not there: from now on each is asked for by itself, so that the others are read.
        isNews = !_isParted && needed > 1;
        _isParted |= isNews;
        return isNews;
    }

    public override BusResult Take(int point, out long register)
    {
        return _plan.Take(_points, point, out register);
    }
}
