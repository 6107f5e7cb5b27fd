using EdgeMeters.Bench.Faults;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Bench.Bus;

/// <summary>An RS-485 line in virtual time: every byte takes its time at the baud rate, and waiting for one is what makes time pass.</summary>
/// <remarks>
/// All meters hear all frames that are sent with their setting. Who speaks while another does garbles the rest of what that one says and is itself
/// heard only from where the other ends. The node's driver is half-duplex: what arrives while it sends is not heard, but garbles what is sent. What
/// is said with another baud rate or parity than the node listens with arrives as other bytes, as many as its time has room for. Meters do not take
/// each other's answers for requests. One thread.
/// </remarks>
public sealed class VirtualBus : ISerialLine
{
    /// <summary>As the kernel's buffer of a port: what finds no room is lost.</summary>
    private const int HeardBytesMax = 4096;

    private readonly VirtualTime _time;
    private readonly IBusListener[] _listeners;
    private readonly Random _random;
    private readonly PriorityQueue<Occasion, (long AtMicroseconds, long Order)> _occasions = new();
    private readonly List<BusSpeech> _speeches = [];
    private readonly List<(long AtMicroseconds, byte Byte)> _heard = [];
    private LineSetting _setting;
    private int _taken;
    private long _order;
    private long _requests;
    private byte[] _sent = [];
    private long _sendStart;
    private long _sendEnd;
    private long _speechEnd;

    /// <param name="seed">Of what garbled bytes become.</param>
    public VirtualBus(VirtualTime time, LineSetting setting, int seed, params IBusListener[] listeners)
    {
        _time = time;
        _setting = setting;
        _random = new Random(seed);
        _listeners = [.. listeners];
    }

    /// <summary>Disturbances of the line itself; null for none.</summary>
    public LineFaults? Faults { get; set; }

    /// <summary>Told of every request when its last byte has gone, garbled or not, and of all that is said when it begins; null for nobody.</summary>
    public Action<string>? Trace { get; set; }

    public int BaudRate => _setting.BaudRate;

    /// <summary>Bytes that went over the line, in both directions.</summary>
    public long Bytes { get; private set; }

    /// <summary>Answers of meters that began after a later request had been sent: who listens may take them for its answer.</summary>
    public long StaleAnswers { get; private set; }

    /// <summary>Times two spoke at once.</summary>
    public long Collisions { get; private set; }

    public void Use(int baudRate, byte parity, byte stopBits) => _setting = new LineSetting(baudRate, parity, stopBits);

    public void Write(byte[] buffer, int offset, int count)
    {
        RunUntil(_time.Microseconds);
        _sent = buffer.AsSpan(offset, count).ToArray();
        _sendStart = Math.Max(_time.Microseconds, _sendEnd);
        _sendEnd = _sendStart + _setting.Microseconds(count);
        Bytes += count;
        if (_speechEnd > _sendStart)
            GarbleSent(_sendStart, _speechEnd);
        _heard.RemoveAll(heard => heard.AtMicroseconds > _sendStart && heard.AtMicroseconds <= _sendEnd);
        _taken = Math.Min(_taken, _heard.Count);
        if (Faults != null && Faults.DrawsEcho())
            Arrive(_sent, _sendStart, _setting);
        Add(_sendEnd, new Occasion(_sent, _setting, ++_requests));
    }

    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        long deadline = _time.Microseconds + (timeoutMs * 1000L);
        RunUntil(_time.Microseconds);
        while (true)
        {
            int taken = Take(buffer.AsSpan(offset, count));
            if (taken > 0)
                return taken;
            long arrival = _taken < _heard.Count ? _heard[_taken].AtMicroseconds : long.MaxValue;
            long next = Math.Min(arrival, deadline);
            if (_occasions.TryPeek(out _, out (long AtMicroseconds, long) occasion) && occasion.AtMicroseconds <= next)
            {
                _time.AdvanceTo(Math.Max(occasion.AtMicroseconds, _time.Microseconds));
                RunUntil(occasion.AtMicroseconds);
                continue;
            }
            _time.AdvanceTo(next);
            if (arrival > deadline)
                return 0;
        }
    }

    private int Take(Span<byte> buffer)
    {
        int count = 0;
        while (count < buffer.Length && _taken < _heard.Count && _heard[_taken].AtMicroseconds <= _time.Microseconds)
            buffer[count++] = _heard[_taken++].Byte;
        if (_taken == _heard.Count)
        {
            _heard.Clear();
            _taken = 0;
        }
        return count;
    }

    private void RunUntil(long microseconds)
    {
        while (_occasions.TryPeek(out Occasion occasion, out (long AtMicroseconds, long) key) && key.AtMicroseconds <= microseconds)
        {
            _occasions.Dequeue();
            if (occasion.Number > 0)
                HearRequest(occasion, key.AtMicroseconds);
            else
                Speak(occasion, key.AtMicroseconds);
        }
    }

    private void Add(long atMicroseconds, Occasion occasion) => _occasions.Enqueue(occasion, (atMicroseconds, _order++));

    private void HearRequest(Occasion request, long endMicroseconds)
    {
        Trace?.Invoke($"{endMicroseconds / 1000.0:F1} > {Convert.ToHexString(request.Bytes)}");
        ReadOnlySpan<byte> rest = request.Bytes;
        while (rest.Length > 0)
        {
            int bytes = RequestFinder.Find(rest, isOver: true);
            if (bytes <= 0)
            {
                rest = rest[1..];
                continue;
            }
            foreach (IBusListener listener in _listeners)
            {
                if (!listener.Setting.Hears(request.Setting))
                    continue;
                listener.Hear(rest[..bytes], _speeches);
                AddSpeeches(endMicroseconds, listener.Setting, request.Number);
            }
            rest = rest[bytes..];
        }
        Faults?.Disturb(_speeches);
        AddSpeeches(endMicroseconds, request.Setting, long.MaxValue);
    }

    private void AddSpeeches(long fromMicroseconds, LineSetting setting, long number)
    {
        foreach (BusSpeech speech in _speeches)
            Add(fromMicroseconds + speech.DelayMicroseconds, new Occasion(speech.Bytes, setting, -number));
        _speeches.Clear();
    }

    private void Speak(Occasion speech, long start)
    {
        Trace?.Invoke($"{start / 1000.0:F1}   < {Convert.ToHexString(speech.Bytes)}");
        Bytes += speech.Bytes.Length;
        if (-speech.Number < _requests)
            StaleAnswers++;
        long end = start + speech.Setting.Microseconds(speech.Bytes.Length);
        if (start < _sendEnd && end > _sendStart)
        {
            Collisions++;
            GarbleSent(start, end);
        }
        if (start < _speechEnd)
        {
            Collisions++;
            for (int i = _taken; i < _heard.Count; i++)
            {
                if (_heard[i].AtMicroseconds > start)
                    _heard[i] = (_heard[i].AtMicroseconds, Garbled(_heard[i].Byte));
            }
        }
        Arrive(speech.Bytes, start, speech.Setting);
        _speechEnd = Math.Max(_speechEnd, end);
    }

    /// <summary>Lets the node hear what is said from now on, except what is drowned by what it sends and by who speaks already.</summary>
    private void Arrive(byte[] bytes, long start, LineSetting setting)
    {
        bool isHeard = _setting.Hears(setting);
        long end = start + setting.Microseconds(bytes.Length);
        int count = isHeard ? bytes.Length : (int)((end - start) / _setting.Microseconds(1));
        bool isEcho = start == _sendStart && ReferenceEquals(bytes, _sent);
        for (int i = 0; i < count; i++)
        {
            long from = start + _setting.Microseconds(i);
            long at = start + _setting.Microseconds(i + 1);
            bool isDrowned = !isEcho && (from < _speechEnd || (from < _sendEnd && at > _sendStart));
            if (!isDrowned && _heard.Count - _taken < HeardBytesMax)
                _heard.Add((at, isHeard ? bytes[i] : (byte)_random.Next(256)));
        }
    }

    private void GarbleSent(long from, long to)
    {
        for (int i = 0; i < _sent.Length; i++)
        {
            if (_sendStart + _setting.Microseconds(i + 1) > from && _sendStart + _setting.Microseconds(i) < to)
                _sent[i] = Garbled(_sent[i]);
        }
    }

    private byte Garbled(byte was) => (byte)(was ^ _random.Next(1, 256));

    /// <summary>A request whose last byte goes, or a speech whose first byte begins.</summary>
    /// <param name="Number">Of the request, from 1; of a speech the negative of the request's that it answers.</param>
    private readonly record struct Occasion(byte[] Bytes, LineSetting Setting, long Number);
}
