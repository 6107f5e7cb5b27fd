namespace EdgeMeters.Bench;

/// <summary>The registers of a meter at one instant. What was never put is a hole: reads that touch one are refused.</summary>
internal sealed class RegisterImage
{
    private readonly ushort[] _registers;
    private readonly bool[] _isPut;

    public RegisterImage(int count)
    {
        _registers = new ushort[count];
        _isPut = new bool[count];
    }

    public void PutUInt16(int address, ushort number)
    {
        _registers[address] = number;
        _isPut[address] = true;
    }

    /// <summary>High word first: ABCD.</summary>
    public void PutFloatHighFirst(int address, double number)
    {
        uint bits = BitConverter.SingleToUInt32Bits((float)number);
        PutUInt16(address, (ushort)(bits >> 16));
        PutUInt16(address + 1, (ushort)bits);
    }

    /// <summary>Low word first, each word big-endian: CDAB.</summary>
    public void PutUInt32LowFirst(int address, uint number)
    {
        PutUInt16(address, (ushort)number);
        PutUInt16(address + 1, (ushort)(number >> 16));
    }

    public void PutFloatLowFirst(int address, double number)
    {
        PutUInt32LowFirst(address, BitConverter.SingleToUInt32Bits((float)number));
    }

    /// <summary>Zeros where nothing is put yet.</summary>
    public void FillHoles(int address, int count)
    {
        _isPut.AsSpan(address, count).Fill(true);
    }

    public ModbusAnswer Copy(int address, Span<ushort> registers)
    {
        if (address + registers.Length > _registers.Length || _isPut.AsSpan(address, registers.Length).Contains(false))
            return ModbusAnswer.IllegalAddress;
        _registers.AsSpan(address, registers.Length).CopyTo(registers);
        return ModbusAnswer.Registers;
    }
}
