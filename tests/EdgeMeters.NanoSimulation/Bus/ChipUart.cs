using System;
using System.Collections.Generic;

namespace EdgeMeters.NanoSimulation.Bus;

/// <summary>A UART of the chip with a half-duplex wire: what managed code sends is heard by the test, what the test lets arrive reaches the ring.</summary>
/// <remarks>
/// The driver (sys_io_ser_native_System_IO_Ports_SerialPort.cpp) takes bytes from the FIFO when 120 are there or the line was idle for ten
/// characters, so nobody sees gaps. The ring drops what does not fit. A byte that arrives while the chip sends is lost: its receiver is off.
/// </remarks>
public sealed class ChipUart
{
    public const int FifoBytes = 128;
    public const int FifoFull = 120;
    public const int IdleCharacters = 10;

    private readonly SimulatedChip _chip;
    private readonly Queue<byte> _fifo = [];
    private readonly Queue<byte> _ring = [];
    private int _capacity;
    private long _lastByteUs;
    private long _sendingUntilUs;

    internal ChipUart(SimulatedChip chip, string name)
    {
        _chip = chip;
        Name = name;
    }

    public string Name { get; }

    public bool IsOpen { get; private set; }

    /// <summary>False makes every call fail, as a driver in disorder does.</summary>
    public bool IsThere { get; set; } = true;

    public int BaudRate { get; private set; }

    /// <summary>Bits of a character, start and stop included.</summary>
    public int CharacterBits { get; private set; }

    public int RingCount => _ring.Count;

    /// <summary>Bytes lost because the ring was full, or because they came while the chip sent.</summary>
    public int Lost { get; private set; }

    public int Opened { get; private set; }

    /// <summary>Frames that were still on their way out, or in, when the setting changed under them.</summary>
    public int Torn { get; private set; }

    /// <summary>Called when the last bit of a frame is on the wire.</summary>
    public Action<byte[]>? Heard { get; set; }

    /// <summary>Microseconds of one character.</summary>
    public long CharacterUs => (CharacterBits * 1_000_000L + BaudRate - 1) / BaudRate;

    /// <summary>Bytes begin to arrive after a time, one after the other.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="afterUs">Time to the begin of the first.</param>
    /// <param name="gapUs">Silence between two of them.</param>
    public void Arrive(byte[] bytes, long afterUs, long gapUs = 0)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            byte arrived = bytes[i];
            _chip.After(afterUs + (i + 1) * CharacterUs + i * gapUs, () => Receive(arrived));
        }
    }

    /// <summary>The driver finds its FIFO or its buffer overrun and throws away what it holds.</summary>
    public void Overrun()
    {
        Lost += _fifo.Count;
        _fifo.Clear();
    }

    internal void Open(int baudRate, int characterBits, int capacity)
    {
        BaudRate = baudRate;
        CharacterBits = characterBits;
        _capacity = capacity;
        IsOpen = true;
        Opened++;
        _ring.Clear();
        _fifo.Clear();
    }

    /// <summary>Another setting while the port is open.</summary>
    internal void Configure(int baudRate, int characterBits)
    {
        if (_chip.NowUs < _sendingUntilUs || _fifo.Count > 0)
            Torn++;
        BaudRate = baudRate;
        CharacterBits = characterBits;
    }

    internal void Close() => IsOpen = false;

    internal void Take(byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
            buffer[offset + i] = _ring.Dequeue();
    }

    /// <returns>When the write returns.</returns>
    internal long Send(byte[] frame)
    {
        long beginUs = Math.Max(_chip.NowUs, _sendingUntilUs);
        _sendingUntilUs = beginUs + frame.Length * CharacterUs;
        _chip.At(_sendingUntilUs, () => Heard?.Invoke(frame));
        return _sendingUntilUs - FifoBytes * CharacterUs;
    }

    private void Receive(byte arrived)
    {
        if (!IsOpen || !IsThere || _chip.IsAsleep)
            return;
        if (_chip.NowUs <= _sendingUntilUs)
        {
            Lost++;
            return;
        }
        _fifo.Enqueue(arrived);
        _lastByteUs = _chip.NowUs;
        if (_fifo.Count >= FifoFull)
            MoveToRing();
        else
            _chip.After(IdleCharacters * CharacterUs, MoveIfIdle);
    }

    private void MoveIfIdle()
    {
        if (_chip.NowUs - _lastByteUs >= IdleCharacters * CharacterUs)
            MoveToRing();
    }

    private void MoveToRing()
    {
        while (_fifo.TryDequeue(out byte moved))
        {
            if (_ring.Count < _capacity)
                _ring.Enqueue(moved);
            else
                Lost++;
        }
    }
}
