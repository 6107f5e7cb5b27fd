using System.Buffers.Binary;

namespace EdgeMeters.Bench.Meters;

/// <summary>A virtual meter in the frames of Modbus RTU (Modbus Application Protocol V1.1b3, section 6; Modbus over Serial Line V1.02).</summary>
/// <remarks>Reads with functions 1 to 4, writes with 5, 6, 15 and 16, refuses every other function with exception 1. Silent at broadcasts.</remarks>
public sealed class ModbusDevice : BusDevice
{
    /// <summary>V1.1b3, 6.3 and 6.4.</summary>
    private const int RegistersPerReadMax = 125;

    /// <summary>V1.1b3, 6.1 and 6.2.</summary>
    private const int BitsPerReadMax = 2000;

    private const ushort CoilOn = 0xFF00;

    private readonly IVirtualMeter _meter;

    public ModbusDevice(IVirtualMeter meter)
    {
        ArgumentOutOfRangeException.ThrowIfZero(meter.UnitAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(meter.UnitAddress, 247);
        _meter = meter;
    }

    public override string Name => $"modbus {_meter.UnitAddress}";

    public override byte[] Refusal(ReadOnlySpan<byte> request, byte code) => Checks.WithCrc16(request[0], (byte)(request[1] | 0x80), code);

    public override byte[] Foreign(ReadOnlySpan<byte> request, byte[] answer, Random random)
    {
        byte[] foreign = answer[..^2];
        foreign[0] = (byte)(1 + ((foreign[0] + random.Next(246)) % 247));
        for (int i = 3; i < foreign.Length; i++)
            foreign[i] = (byte)random.Next(256);
        return Checks.WithCrc16(foreign);
    }

    protected override byte[]? Answer(ReadOnlySpan<byte> request)
    {
        if (request.Length < 4 || request[0] != _meter.UnitAddress || Checks.Crc16(request[..^2]) != BinaryPrimitives.ReadUInt16LittleEndian(request[^2..]))
            return null;
        byte function = request[1];
        int address = request.Length < 8 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(request[2..]);
        int number = request.Length < 8 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(request[4..]);
        byte[] body = [];
        ModbusAnswer outcome = function switch
        {
            1 or 2 => ReadBits(function, address, number, out body),
            3 or 4 => ReadRegisters(function, address, number, out body),
            5 => number is CoilOn or 0 ? _meter.WriteBits(address, [number == CoilOn]) : ModbusAnswer.IllegalCount,
            6 => _meter.Write(address, [(ushort)number]),
            15 => WriteBits(address, number, request),
            16 => WriteRegisters(address, number, request),
            _ => ModbusAnswer.IllegalFunction,
        };
        if (outcome != ModbusAnswer.Registers)
            return Refusal(request, (byte)outcome);
        // A write is answered with its address and what or how much was written.
        return function <= 4 ? Checks.WithCrc16([request[0], function, (byte)body.Length, .. body]) : Checks.WithCrc16(request[..6]);
    }

    private ModbusAnswer ReadRegisters(byte function, int address, int count, out byte[] body)
    {
        body = [];
        if (count is < 1 or > RegistersPerReadMax)
            return ModbusAnswer.IllegalCount;
        Span<ushort> registers = stackalloc ushort[count];
        ModbusAnswer outcome = _meter.Answer(function, address, registers);
        body = new byte[2 * count];
        for (int i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2 * i), registers[i]);
        return outcome;
    }

    private ModbusAnswer ReadBits(byte function, int address, int count, out byte[] body)
    {
        body = [];
        if (count is < 1 or > BitsPerReadMax)
            return ModbusAnswer.IllegalCount;
        Span<bool> bits = stackalloc bool[count];
        ModbusAnswer outcome = _meter.AnswerBits(function, address, bits);
        body = new byte[(count + 7) / 8];
        for (int i = 0; i < count; i++)
        {
            if (bits[i])
                body[i / 8] |= (byte)(1 << (i % 8));
        }
        return outcome;
    }

    private ModbusAnswer WriteRegisters(int address, int count, ReadOnlySpan<byte> request)
    {
        if (count is < 1 or > 123 || request[6] != 2 * count)
            return ModbusAnswer.IllegalCount;
        ushort[] registers = new ushort[count];
        for (int i = 0; i < count; i++)
            registers[i] = BinaryPrimitives.ReadUInt16BigEndian(request[(7 + (2 * i))..]);
        return _meter.Write(address, registers);
    }

    private ModbusAnswer WriteBits(int address, int count, ReadOnlySpan<byte> request)
    {
        if (count is < 1 or > 1968 || request[6] != (count + 7) / 8)
            return ModbusAnswer.IllegalCount;
        bool[] bits = new bool[count];
        for (int i = 0; i < count; i++)
            bits[i] = (request[7 + (i / 8)] >> (i % 8) & 1) != 0;
        return _meter.WriteBits(address, bits);
    }
}
