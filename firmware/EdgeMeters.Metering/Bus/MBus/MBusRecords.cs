namespace EdgeMeters.Metering.Bus.MBus;

/// <summary>Walks over the records of an answer (EN 13757-3, 6.3). Total: whatever the bytes are, it ends, within them, and never throws.</summary>
/// <remarks>Records are read until <see cref="Next"/> says false. If then <see cref="IsMalformed"/>, none of them may be believed.</remarks>
public sealed class MBusRecords
{
    /// <summary>Bytes that may extend a record's head, of each kind (EN 13757-3, 6.3.2 and 6.3.3).</summary>
    private const int ExtensionsMax = 10;

    /// <summary>More extensions than one: no register of ours.</summary>
    public const int Several = 0x100;

    /// <summary>Coding of a number in single precision.</summary>
    public const int Real = 5;

    private const byte Filler = 0x2F;
    private const byte ManufacturerSpecific = 0x0F;
    private const byte MoreFollows = 0x1F;
    private const int Special = 0x0F;
    private const int VariableLength = 0x0D;
    private const int PlainText = 0x7C;
    private const int ExtendedFb = 0xFB;
    private const int ExtendedFd = 0xFD;

    // By coding: bytes of the number.
    private static readonly byte[] Lengths = new byte[] { 0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0 };

    private byte[] _frame = new byte[0];
    private int _at;
    private int _end;

    /// <summary>True when a record ended early or is in a form that the norm does not have.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>True when the next answer goes on with more records.</summary>
    public bool HasMore { get; private set; }

    /// <summary>How the number is coded, 0 to 15: none, 1 to 4 bytes, real, 6, 8 bytes, selection, 2 to 8 digits, variable, 12 digits, special.</summary>
    public int Coding { get; private set; }

    /// <summary>0 the number itself; 1 its maximum, 2 its minimum, 3 the number during an error.</summary>
    public int Function { get; private set; }

    /// <summary>0 now; from 1 on, what was stored in the past.</summary>
    public long Storage { get; private set; }

    public int Tariff { get; private set; }

    /// <summary>Part of the meter, such as one of its pulse inputs; 0 the meter itself.</summary>
    public int Subunit { get; private set; }

    /// <summary>Value information without its extension bit; above it FB or FD for one of the extended tables.</summary>
    public int Meaning { get; private set; }

    /// <summary>
    /// What a further byte (VIFE) says of the meaning, without its extension bit: 3B only what flowed forwards, 3C only backwards. 0 for none and for
    /// the one that says "no error"; <see cref="Several"/> for more than one.
    /// </summary>
    public int Extension { get; private set; }

    /// <summary>Offset of the number.</summary>
    public int At { get; private set; }

    /// <summary>Bytes of the number.</summary>
    public int Bytes { get; private set; }

    /// <param name="frame">A whole answer that was judged Ok.</param>
    /// <param name="frameBytes">Its bytes.</param>
    public void Start(byte[] frame, int frameBytes)
    {
        _frame = frame;
        _at = MBusFrame.RecordsAt;
        _end = frameBytes - 2;
        IsMalformed = false;
        HasMore = false;
    }

    /// <summary>Goes to the next record; false behind the last.</summary>
    public bool Next()
    {
        int dif = Filler;
        while (dif == Filler)
        {
            if (_at >= _end)
                return false;
            dif = Byte();
        }
        Coding = dif & 0x0F;
        Function = (dif >> 4) & 3;
        if (Coding == Special)
        {
            // What the manufacturer keeps to himself goes on to the end.
            HasMore = dif == MoreFollows;
            IsMalformed = dif != ManufacturerSpecific && !HasMore;
            _at = _end;
            return false;
        }
        Extend(dif);
        int vif = Byte();
        if ((vif & 0x7F) == PlainText)
        {
            int characters = Byte();
            _at += characters;
        }
        Meaning = vif & 0x7F;
        if (vif == ExtendedFb || vif == ExtendedFd)
        {
            int table = vif << 8;
            vif = Byte();
            Meaning = table | (vif & 0x7F);
        }
        Extension = 0;
        for (int i = 0; vif >= 0x80; i++)
        {
            IsMalformed |= i == ExtensionsMax;
            vif = Byte();
            if ((vif & 0x7F) != 0)
                Extension = Extension == 0 ? vif & 0x7F : Several;
        }
        Bytes = Lengths[Coding];
        if (Coding == VariableLength)
        {
            // Text of up to 191 characters, a number of up to 15 bytes, or one of 16 to 32 in steps of four.
            Bytes = Byte();
            IsMalformed |= Bytes > 0xF4;
            if (Bytes >= 0xC0)
                Bytes = Bytes < 0xF0 ? Bytes & 0x0F : 4 * (Bytes - 0xEC);
        }
        At = _at;
        _at += Bytes;
        IsMalformed |= _at > _end;
        if (IsMalformed)
            _at = _end;
        return !IsMalformed;
    }

    /// <summary>The power of ten of the base unit in which the record counts a quantity.</summary>
    /// <returns>False when it counts another.</returns>
    public bool TryExponent(MBusQuantity quantity, out int exponent)
    {
        int table = Meaning >> 8;
        int power = Meaning & 7;
        exponent = 0;
        if (table == ExtendedFd || table != 0 && power > 1 || ((Meaning & 0x7F) >> 3) + 1 != (int)quantity)
            return false;
        switch (quantity)
        {
            case MBusQuantity.EnergyWh:
                exponent = table == 0 ? power - 3 : power + 5;
                break;
            case MBusQuantity.EnergyJ:
                exponent = table == 0 ? power : power + 8;
                break;
            default:
                exponent = table == 0 ? power - 6 : power + 2;
                break;
        }
        return true;
    }

    /// <returns>False for what is no integer, no BCD, or the norm's mark for "not available": the least number of its length.</returns>
    public bool TryNumber(out long number)
    {
        number = 0;
        if (Coding == VariableLength || Coding == Real || Bytes == 0)
            return false;
        if (Coding > 8)
            return Bcd.TryRead(_frame, At, Bytes, Bcd.SignDigit, out number);
        long bits = 0;
        for (int i = 0; i < Bytes; i++)
            bits |= (long)_frame[At + i] << (64 - 8 * (Bytes - i));
        if (bits == long.MinValue)
            return false;
        number = bits >> (64 - 8 * Bytes);
        return true;
    }

    private void Extend(int dif)
    {
        Storage = (dif >> 6) & 1;
        Tariff = 0;
        Subunit = 0;
        for (int i = 0; dif >= 0x80; i++)
        {
            IsMalformed |= i == ExtensionsMax;
            dif = Byte();
            Storage |= (long)(dif & 0xF) << (4 * i + 1);
            Tariff |= ((dif >> 4) & 3) << (2 * i);
            Subunit |= ((dif >> 6) & 1) << i;
        }
    }

    // Behind the end there is nothing, and so no extension either: every loop ends.
    private int Byte()
    {
        if (_at < _end)
            return _frame[_at++];
        IsMalformed = true;
        return 0;
    }
}
