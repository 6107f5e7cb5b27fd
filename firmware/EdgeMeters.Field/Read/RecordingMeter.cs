using EdgeMeters.Metering.Bus;

namespace EdgeMeters.Field.Read;

/// <summary>The node's own meter, with its answers kept: it decides everything, and this shows the bytes behind it.</summary>
internal sealed class RecordingMeter : BusMeter
{
    private readonly BusMeter _inner;
    private readonly List<(byte[] Request, byte[] Answer)> _exchanges = [];
    private byte[] _request = [];

    public RecordingMeter(BusMeter inner)
        : base(inner.Table)
    {
        _inner = inner;
        Copy();
    }

    /// <summary>Requests of the last pass with their answers.</summary>
    public IReadOnlyList<(byte[] Request, byte[] Answer)> Exchanges => _exchanges;

    public override bool IsDoubtful => _inner.IsDoubtful;

    public override bool AnswersLikeRequest => _inner.AnswersLikeRequest;

    public override bool IsBusy => _inner.IsBusy;

    public override void Begin(int turnaroundMs)
    {
        _exchanges.Clear();
        _inner.Begin(turnaroundMs);
        Copy();
    }

    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        int bytes = _inner.WriteRequest(request, shape, frame);
        _request = frame[..bytes];
        Copy();
        return bytes;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        BusResult result = _inner.Judge(frame, count);
        Copy();
        return result;
    }

    public override bool IsFill(byte b) => _inner.IsFill(b);

    public override void Keep(int request, byte[] frame)
    {
        _exchanges.Add((_request, frame[..FrameBytes]));
        _inner.Keep(request, frame);
        Copy();
    }

    public override bool LearnRefusal(int request)
    {
        bool isLearned = _inner.LearnRefusal(request);
        Copy();
        return isLearned;
    }

    public override BusResult Take(int point, out long register) => _inner.Take(point, out register);

    private void Copy()
    {
        Requests = _inner.Requests;
        AnswerBytesMax = _inner.AnswerBytesMax;
        FrameBytes = _inner.FrameBytes;
        RefusalCode = _inner.RefusalCode;
    }
}
