namespace EdgeMeters.Bench.Meters;

/// <summary>The tables of a Modbus meter: registers that follow dials, registers and bits that rest, some of them to be written.</summary>
/// <remarks>What was never put is a hole: what touches one is refused with exception 2. Safe for one thread at a time.</remarks>
public sealed class ModbusTables : IVirtualMeter
{
    private const byte HoldingRegisters = 3;

    private readonly List<(byte Function, int Address, RegisterCoding Coding, DialFace Face)> _dials = [];
    private readonly Dictionary<(byte Function, int Address), ushort> _registers = [];
    private readonly Dictionary<(byte Function, int Address), bool> _bits = [];
    private readonly HashSet<(byte Function, int Address)> _writable = [];
    private readonly int _registersPerReadMax;

    public ModbusTables(byte unitAddress, int registersPerReadMax = 125)
    {
        UnitAddress = unitAddress;
        _registersPerReadMax = registersPerReadMax;
    }

    public byte UnitAddress { get; }

    /// <summary>A register, or several, that show a dial.</summary>
    /// <param name="function">3 for holding registers, 4 for input registers.</param>
    public void PutDial(byte function, int address, RegisterCoding coding, DialFace face)
    {
        _dials.Add((function, address, coding, face));
    }

    /// <summary>Registers that rest until they are written.</summary>
    public void PutRegisters(byte function, int address, bool isWritable, params ushort[] registers)
    {
        for (int i = 0; i < registers.Length; i++)
        {
            _registers[(function, address + i)] = registers[i];
            if (isWritable && function == HoldingRegisters)
                _writable.Add((function, address + i));
        }
    }

    /// <summary>Bits that rest until they are written.</summary>
    /// <param name="function">1 for coils, 2 for discrete inputs.</param>
    public void PutBits(byte function, int address, bool isWritable, params bool[] bits)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            _bits[(function, address + i)] = bits[i];
            if (isWritable && function == 1)
                _writable.Add((function, address + i));
        }
    }

    public ModbusAnswer Answer(byte function, int address, Span<ushort> registers)
    {
        if (registers.Length > _registersPerReadMax)
            return ModbusAnswer.IllegalCount;
        if (!_dials.Exists(dial => dial.Function == function) && !_registers.Keys.Any(key => key.Function == function))
            return ModbusAnswer.IllegalFunction;
        Span<bool> isPut = stackalloc bool[registers.Length];
        foreach ((byte dialFunction, int dialAddress, RegisterCoding coding, DialFace face) in _dials)
        {
            int words = coding.Words;
            if (dialFunction != function || dialAddress + words <= address || dialAddress >= address + registers.Length)
                continue;
            ushort[] shown = coding.Encode(face.Now / face.Grain);
            for (int i = Math.Max(0, address - dialAddress); i < words && dialAddress + i < address + registers.Length; i++)
            {
                registers[dialAddress + i - address] = shown[i];
                isPut[dialAddress + i - address] = true;
            }
        }
        for (int i = 0; i < registers.Length; i++)
        {
            if (!isPut[i] && !_registers.TryGetValue((function, address + i), out registers[i]))
                return ModbusAnswer.IllegalAddress;
        }
        return ModbusAnswer.Registers;
    }

    public ModbusAnswer AnswerBits(byte function, int address, Span<bool> bits)
    {
        if (!_bits.Keys.Any(key => key.Function == function))
            return ModbusAnswer.IllegalFunction;
        for (int i = 0; i < bits.Length; i++)
        {
            if (!_bits.TryGetValue((function, address + i), out bits[i]))
                return ModbusAnswer.IllegalAddress;
        }
        return ModbusAnswer.Registers;
    }

    public ModbusAnswer Write(int address, ReadOnlySpan<ushort> registers)
    {
        if (!IsWritable(HoldingRegisters, address, registers.Length, out ModbusAnswer refusal))
            return refusal;
        for (int i = 0; i < registers.Length; i++)
            _registers[(HoldingRegisters, address + i)] = registers[i];
        return ModbusAnswer.Registers;
    }

    public ModbusAnswer WriteBits(int address, ReadOnlySpan<bool> bits)
    {
        if (!IsWritable(1, address, bits.Length, out ModbusAnswer refusal))
            return refusal;
        for (int i = 0; i < bits.Length; i++)
            _bits[(1, address + i)] = bits[i];
        return ModbusAnswer.Registers;
    }

    private bool IsWritable(byte function, int address, int count, out ModbusAnswer refusal)
    {
        refusal = _writable.Any(key => key.Function == function) ? ModbusAnswer.IllegalAddress : ModbusAnswer.IllegalFunction;
        return Enumerable.Range(address, count).All(at => _writable.Contains((function, at)));
    }
}
