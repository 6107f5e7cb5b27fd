namespace EdgeMeters.Wire;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Total: reading past the end or a bad varint sets <see cref="Failed"/>, never throws.</summary>
public sealed class ByteReader
{
    private byte[] _buffer = new byte[0];
    private int _position;
    private int _end;
    private int _bitsUsed;

    public int Position
    {
        get { return _position; }
    }

    /// <summary>True once anything was missing or not in its shortest form; every later read then returns zero.</summary>
    public bool Failed { get; private set; }

    public int Remaining
    {
        get { return _end - _position; }
    }

    public void Start(byte[] buffer, int offset, int count)
    {
        _buffer = buffer;
        _position = offset;
        _end = offset + count;
        _bitsUsed = 0;
        Failed = false;
    }

    public byte Byte()
    {
        _bitsUsed = 0;
        if (Failed || _position >= _end)
        {
            Failed = true;
            return 0;
        }
        return _buffer[_position++];
    }

    public ushort UInt16()
    {
        int low = Byte();
        return (ushort)(low | (Byte() << 8));
    }

    public uint UInt32()
    {
        uint low = UInt16();
        return low | ((uint)UInt16() << 16);
    }

    /// <summary>Refuses a varint above 64 bits and one that could be shorter: each number has one encoding.</summary>
    public ulong VarUInt()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = Byte();
            if (Failed)
                return 0;
            if (shift == 63 && b > 1 || b == 0 && shift > 0)
                break;
            number |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return number;
        }
        Failed = true;
        return 0;
    }

    public long VarInt()
    {
        return ZigZag.Decode(VarUInt());
    }

    public ulong Bits(int count)
    {
        ulong number = 0;
        while (count > 0)
        {
            if (_bitsUsed == 0)
            {
                if (Failed || _position >= _end)
                {
                    Failed = true;
                    return 0;
                }
                _position++;
            }
            int left = 8 - _bitsUsed;
            int taken = count < left ? count : left;
            int piece = (_buffer[_position - 1] >> (left - taken)) & ((1 << taken) - 1);
            number = (number << taken) | (uint)piece;
            _bitsUsed = (_bitsUsed + taken) & 7;
            count -= taken;
        }
        return number;
    }

    public uint Bit()
    {
        if (_bitsUsed == 0)
        {
            if (Failed || _position >= _end)
            {
                Failed = true;
                return 0;
            }
            _position++;
        }
        uint bit = (uint)(_buffer[_position - 1] >> (7 - _bitsUsed)) & 1;
        _bitsUsed = (_bitsUsed + 1) & 7;
        return bit;
    }

    /// <summary>Ends a run of bits. The unused rest of the last byte must be zero.</summary>
    public void AlignToByte()
    {
        while (_bitsUsed != 0)
        {
            if (Bit() != 0)
                Failed = true;
        }
    }

    /// <summary>Moves past bytes that are read elsewhere.</summary>
    public void Skip(int count)
    {
        if (Failed || count < 0 || count > Remaining)
        {
            Failed = true;
            return;
        }
        _position += count;
    }
}
