using System;

namespace EdgeMeters.Wire;

/// <summary>Writes little-endian fields, varints and single bits into a buffer that the caller owns.</summary>
/// <remarks>Running out of room is a state, not an exception: <see cref="Overflowed"/> says so once all is written.</remarks>
public sealed class ByteWriter
{
    private byte[] _buffer = new byte[0];
    private int _position;
    private int _end;
    private int _bitsUsed;

    /// <summary>Next byte to be written. While bits are pending, the byte that holds them is already counted.</summary>
    public int Position
    {
        get { return _position; }
    }

    /// <summary>True when something did not fit. What was written is then of no use.</summary>
    public bool Overflowed { get; private set; }

    public void Start(byte[] buffer, int offset, int count)
    {
        _buffer = buffer;
        _position = offset;
        _end = offset + count;
        _bitsUsed = 0;
        Overflowed = false;
    }

    public void Byte(byte b)
    {
        _bitsUsed = 0;
        if (_position >= _end)
        {
            Overflowed = true;
            return;
        }
        _buffer[_position++] = b;
    }

    public void UInt16(ushort number)
    {
        Byte((byte)number);
        Byte((byte)(number >> 8));
    }

    public void UInt32(uint number)
    {
        UInt16((ushort)number);
        UInt16((ushort)(number >> 16));
    }

    /// <summary>Seven bits a byte, least significant first, high bit set on all but the last (LEB128).</summary>
    public void VarUInt(ulong number)
    {
        while (number >= 0x80)
        {
            Byte((byte)(number | 0x80));
            number >>= 7;
        }
        Byte((byte)number);
    }

    /// <summary>Signed as zigzag: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
    public void VarInt(long number)
    {
        VarUInt(ZigZag.Encode(number));
    }

    public void Bytes(byte[] source, int offset, int count)
    {
        _bitsUsed = 0;
        if (count > _end - _position)
        {
            Overflowed = true;
            return;
        }
        Array.Copy(source, offset, _buffer, _position, count);
        _position += count;
    }

    /// <summary>Writes the low <paramref name="count"/> bits of <paramref name="number"/>, most significant first.</summary>
    public void Bits(ulong number, int count)
    {
        // By whole pieces of bytes: bit by bit it would be most of the work of a block.
        while (count > 0)
        {
            if (_bitsUsed == 0)
            {
                if (_position >= _end)
                {
                    Overflowed = true;
                    return;
                }
                _buffer[_position++] = 0;
            }
            int free = 8 - _bitsUsed;
            int taken = count < free ? count : free;
            count -= taken;
            int piece = (int)(number >> count) & ((1 << taken) - 1);
            _buffer[_position - 1] |= (byte)(piece << (free - taken));
            _bitsUsed = (_bitsUsed + taken) & 7;
        }
    }

    public void Bit(uint bit)
    {
        if (_bitsUsed == 0)
        {
            if (_position >= _end)
            {
                Overflowed = true;
                return;
            }
            _buffer[_position++] = 0;
        }
        if (bit != 0)
            _buffer[_position - 1] |= (byte)(0x80 >> _bitsUsed);
        _bitsUsed = (_bitsUsed + 1) & 7;
    }

    /// <summary>Ends a run of bits; the rest of its last byte stays zero.</summary>
    public void AlignToByte()
    {
        _bitsUsed = 0;
    }
}
