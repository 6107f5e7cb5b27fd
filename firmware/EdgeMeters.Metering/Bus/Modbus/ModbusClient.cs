using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>Reads registers over one RS-485 line, of which it is the only owner.</summary>
/// <remarks>
/// A late answer is the one fault that checksums cannot catch: right unit, right length, wrong register. So after a timeout the line is in
/// quarantine until the latest answer would have passed, whatever comes meanwhile is thrown away, and what is read next is believed only once
/// two readings in a row are alike, which holds even for an answer later than that.
/// The same after a disturbed or foreign answer: the true one may still be under way.
/// Never allocates after construction. Reads only: there is no way to write to a meter here.
/// </remarks>
public sealed class ModbusClient
{
    // Longest babble that is waited out before a request; a line that never falls silent times out instead of stopping the loop.
    private const int SilenceWaitMsMax = 500;

    // A register may grow between two readings; three times in a row it does not.
    private const int DoubtRepeatsMax = 3;

    private readonly ISerialLine _line;
    private readonly INodeClock _clock;
    private readonly int _timeoutMs;
    private readonly int _lateAnswerMsMax;
    private readonly int _silenceMs;
    private readonly byte[] _request = new byte[ModbusFrame.ReadRequestBytes];
    private readonly byte[] _answer = new byte[ModbusFrame.FrameBytesMax];
    private long _quarantineEndMs;
    private bool _isInDoubt;

    /// <param name="line">The line; nobody else may use it.</param>
    /// <param name="clock">Monotonic time.</param>
    /// <param name="timeoutMs">Time from the end of a request to the first byte of its answer.</param>
    /// <param name="lateAnswerMsMax">Time after which no meter on the line answers any more, counted from the request.</param>
    public ModbusClient(ISerialLine line, INodeClock clock, int timeoutMs, int lateAnswerMsMax)
    {
        _line = line;
        _clock = clock;
        _timeoutMs = timeoutMs;
        _lateAnswerMsMax = lateAnswerMsMax < timeoutMs ? timeoutMs : lateAnswerMsMax;
        _silenceMs = (RtuTiming.SilenceMicroseconds(line.BaudRate) + 999) / 1000;
    }

    /// <summary>Silence to keep between an answer and the next request, in milliseconds, where a meter on the line needs more than the norm asks.</summary>
    public int GapMs { get; set; }

    /// <summary>Code of the last refusal (V1.1b3, 7): 1 illegal function, 2 illegal address, 3 illegal count, 4 device failure.</summary>
    public byte ExceptionCode { get; private set; }

    /// <summary>Reads input or holding registers.</summary>
    /// <param name="unit">Unit address of the meter, 1 to 247.</param>
    /// <param name="function">3 for holding registers, 4 for input registers.</param>
    /// <param name="address">Address of the first register as it goes over the wire, from 0.</param>
    /// <param name="quantity">Registers, 1 to 125.</param>
    /// <param name="words">Takes two bytes a register, as they came, from offset 0. Undefined unless Ok is returned.</param>
    /// <exception cref="DeviceException">The line is gone.</exception>
    public ModbusResult ReadRegisters(byte unit, byte function, ushort address, int quantity, byte[] words)
    {
        ModbusResult result = Transact(unit, function, address, quantity);
        for (int repeats = 0; result == ModbusResult.Ok && _isInDoubt; repeats++)
        {
            if (repeats == DoubtRepeatsMax)
                return ModbusResult.Unsteady;
            TakeWords(words, quantity);
            result = Transact(unit, function, address, quantity);
            if (result == ModbusResult.Ok && IsAnswer(words, quantity))
                _isInDoubt = false;
        }
        // A refusal settles no doubt: it too may be a late one, and then this request's own answer is still to come.
        if (result == ModbusResult.Ok)
            TakeWords(words, quantity);
        else if (result != ModbusResult.Exception)
            _isInDoubt = true;
        return result;
    }

    private void TakeWords(byte[] words, int quantity)
    {
        for (int i = 0; i < 2 * quantity; i++)
            words[i] = _answer[3 + i];
    }

    private bool IsAnswer(byte[] words, int quantity)
    {
        for (int i = 0; i < 2 * quantity; i++)
        {
            if (words[i] != _answer[3 + i])
                return false;
        }
        return true;
    }

    private ModbusResult Transact(byte unit, byte function, ushort address, int quantity)
    {
        WaitOutQuarantine();
        WaitForSilence();
        ModbusFrame.WriteReadRequest(_request, unit, function, address, quantity);
        _line.Write(_request, 0, ModbusFrame.ReadRequestBytes);
        long sentMs = _clock.MonotonicMs + RtuTiming.BytesMs(_line.BaudRate, ModbusFrame.ReadRequestBytes);
        long deadlineMs = sentMs + _timeoutMs + RtuTiming.BytesMs(_line.BaudRate, ModbusFrame.AnswerBytes(quantity));
        ModbusResult result = Receive(unit, function, quantity, deadlineMs);
        _quarantineEndMs = _clock.MonotonicMs + GapMs;
        if (result == ModbusResult.Exception)
            ExceptionCode = _answer[2];
        else if (result != ModbusResult.Ok && _quarantineEndMs < sentMs + _lateAnswerMsMax)
            _quarantineEndMs = sentMs + _lateAnswerMsMax;
        return result;
    }

    private ModbusResult Receive(byte unit, byte function, int quantity, long deadlineMs)
    {
        int count = 0;
        while (true)
        {
            // Where a TLS handshake stops all threads for seconds, the deadline passes unseen while the answer lies in the driver's buffer:
            // what has arrived is read before the meter is called silent.
            long leftMs = deadlineMs - _clock.MonotonicMs;
            int read = _line.Read(_answer, count, _answer.Length - count, leftMs <= 0 ? 1 : (int)leftMs);
            if (read == 0 && leftMs <= 0)
                return ModbusResult.Timeout;
            count += read;
            ModbusResult result = ModbusFrame.Judge(_answer, count, unit, function, quantity);
            if (result == ModbusResult.Timeout && count < _answer.Length)
                continue;
            if (result != ModbusResult.Ok && result != ModbusResult.Exception)
                return result;
            // The frame is whole; one more byte would mean that another speaks, and then nothing of it is believed.
            return _line.Read(_answer, count, _answer.Length - count, _silenceMs) == 0 ? result : ModbusResult.WrongLength;
        }
    }

    private void WaitOutQuarantine()
    {
        while (true)
        {
            long leftMs = _quarantineEndMs - _clock.MonotonicMs;
            if (leftMs <= 0)
                return;
            _line.Read(_answer, 0, _answer.Length, (int)leftMs);
        }
    }

    private void WaitForSilence()
    {
        long endMs = _clock.MonotonicMs + SilenceWaitMsMax;
        while (_line.Read(_answer, 0, _answer.Length, _silenceMs) > 0 && _clock.MonotonicMs < endMs)
        {
        }
    }
}
