using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Metering.Bus;

/// <summary>A meter whose registers are asked for by their identifiers (DI): one request for all points of an identifier, and one for each frame that follows.</summary>
/// <remarks>Without points it is asked for its address instead: what a technician's tool finds meters with.</remarks>
public abstract class IdentifierMeter : BusMeter
{
    /// <summary>Frames that may follow a first one: with it they hold a thousand bytes at the most.</summary>
    public const int FollowingMax = 4;

    private const int RequestBytesMax = 32;

    private readonly IdentifierPoint[] _points;
    private readonly int _headBytes;
    private readonly int _echoedBytes;
    private readonly byte _bias;
    private readonly byte[] _asked = new byte[RequestBytesMax];

    // Of each request its first point, and the number of the frame, 0 for the first.
    private readonly byte[] _pointOf;
    private readonly byte[] _sequenceOf;

    // By point: its bytes, and how many of them have come; -1 while none could.
    private readonly byte[] _kept;
    private readonly int[] _keptBytes;
    private int _passedBytes;

    /// <param name="table">Its address.</param>
    /// <param name="points">Each of the meter's own kind.</param>
    /// <param name="headBytes">Bytes of a frame before what it carries.</param>
    /// <param name="echoedBytes">Bytes of an answer before its register.</param>
    /// <param name="bias">Added to each byte on the line.</param>
    protected IdentifierMeter(MeterTable table, BusPoint[] points, int headBytes, int echoedBytes, byte bias)
        : base(table)
    {
        _headBytes = headBytes;
        _echoedBytes = echoedBytes;
        _bias = bias;
        _points = new IdentifierPoint[points.Length];
        for (int i = 0; i < points.Length; i++)
            _points[i] = (IdentifierPoint)points[i];
        _pointOf = new byte[points.Length * (1 + FollowingMax)];
        _sequenceOf = new byte[_pointOf.Length];
        _kept = new byte[IdentifierPoint.BytesMax * points.Length];
        _keptBytes = new int[points.Length];
        AnswerBytesMax = 2 * SumFrame.WakeBytes + headBytes + SumFrame.CarriedBytesMax + 2;
        Begin(0);
    }

    /// <summary>Offset of the answer judged last, behind the FE that woke the line. The meter's address follows its first byte.</summary>
    public int AnswerStart { get; private set; }

    public override bool IsDoubtful
    {
        get { return true; }
    }

    public override void Begin(int turnaroundMs)
    {
        Requests = 0;
        for (int i = 0; i < _points.Length; i++)
        {
            _keptBytes[i] = -1;
            bool isAsked = false;
            for (int request = 0; request < Requests; request++)
                isAsked |= _points[_pointOf[request]].Identifier == _points[i].Identifier;
            if (!isAsked)
                Plan(Requests, i, 0);
        }
        if (_points.Length == 0)
            Requests = 1;
    }

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        int bytes = _points.Length == 0 ? WriteAddressRequest(frame) : WriteRequest(frame, _points[_pointOf[request]].Identifier, _sequenceOf[request]);
        for (int i = 0; i < bytes; i++)
            _asked[i] = frame[i];
        return bytes;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        int frameBytes;
        BusResult result = SumFrame.Judge(_asked, frame, count, _headBytes, out frameBytes);
        FrameBytes = frameBytes;
        AnswerStart = SumFrame.StartOf(frame, count);
        // Of a refusal the last byte says why: the only one in DL/T 645; in CJ/T 188 the second status byte, of which no source says more.
        if (result == BusResult.Refused)
            RefusalCode = (byte)(frame[frameBytes - 3] - _bias);
        return result;
    }

    public override void Keep(int request, byte[] frame)
    {
        if (_points.Length == 0)
            return;
        int sequence = _sequenceOf[request];
        if (sequence == 0)
            _passedBytes = 0;
        int at = AnswerStart + _headBytes + _echoedBytes;
        int bytes = FrameBytes - 2 - at - (sequence == 0 ? 0 : 1);
        bool isMoreNeeded = false;
        for (int i = 0; i < _points.Length; i++)
        {
            IdentifierPoint point = _points[i];
            if (point.Identifier != _points[_pointOf[request]].Identifier)
                continue;
            if (sequence == 0)
                _keptBytes[i] = 0;
            while (_keptBytes[i] < point.Bytes && point.Offset + _keptBytes[i] < _passedBytes + bytes)
            {
                int from = at + point.Offset + _keptBytes[i] - _passedBytes;
                _kept[IdentifierPoint.BytesMax * i + _keptBytes[i]] = (byte)(frame[from] - _bias);
                _keptBytes[i]++;
            }
            isMoreNeeded |= _keptBytes[i] < point.Bytes;
        }
        _passedBytes += bytes;
        if (isMoreNeeded && sequence < FollowingMax && IsFollowed(frame))
            Plan(request + 1, _pointOf[request], sequence + 1);
    }

    public override BusResult Take(int point, out long register)
    {
        register = 0;
        if (_keptBytes[point] < 0)
            return BusResult.Refused;
        if (_keptBytes[point] < _points[point].Bytes)
            return BusResult.Absent;
        return _points[point].Take(_kept, IdentifierPoint.BytesMax * point, Table.Variant, out register);
    }

    protected abstract int WriteRequest(byte[] frame, uint identifier, int sequence);

    protected abstract int WriteAddressRequest(byte[] frame);

    /// <summary>True when the meter says that a frame follows this one, and it can be asked for.</summary>
    protected abstract bool IsFollowed(byte[] frame);

    // What follows a frame is asked for right after it.
    private void Plan(int request, int point, int sequence)
    {
        for (int i = Requests; i > request; i--)
        {
            _pointOf[i] = _pointOf[i - 1];
            _sequenceOf[i] = _sequenceOf[i - 1];
        }
        _pointOf[request] = (byte)point;
        _sequenceOf[request] = (byte)sequence;
        Requests++;
    }
}
