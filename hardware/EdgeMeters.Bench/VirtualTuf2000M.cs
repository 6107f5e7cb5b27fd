using EdgeMeters.Wire;

namespace EdgeMeters.Bench;

/// <summary>TUF-2000M, ultrasonic water flow module: holding registers, low word first; register R of its manual is address R - 1 on the wire.</summary>
/// <remarks>
/// Register map after the manual of the TUF-2000 family, section 5.1.1. The totals are whole m³ in one register and their fraction in another; the
/// dial counts litres, so a total tells it to 1,000. R1 to R100 can be read in one piece, and read 0 where this meter has nothing to say (energy,
/// sound speed, analogue inputs). Flow unit and totaliser unit are set to m³, multiplier 1.
/// </remarks>
public sealed class VirtualTuf2000M : IVirtualMeter
{
    public const string Profile = "tuf-2000m";

    /// <summary>MODBUS Application Protocol V1.1b3, 6.3: at most 125 registers fit an answer.</summary>
    public const int RegistersPerReadMax = 125;

    private const int RegisterCount = 1442;
    private const int ContiguousRegisters = 100;
    private const long LitresPerCubicMetre = 1000;

    /// <summary>Inner area of a DN50 pipe in m²: velocity is flow by area.</summary>
    private const double PipeSquareMetres = 0.00196;

    private readonly Dial _dial;

    /// <param name="dial">Water that passed forward, in litres.</param>
    public VirtualTuf2000M(byte unitAddress, Dial dial)
    {
        ArgumentOutOfRangeException.ThrowIfZero(unitAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unitAddress, 247);
        if (dial.Unit != Unit.Litre)
            throw new ArgumentException("the dial of a water meter counts litres", nameof(dial));
        UnitAddress = unitAddress;
        _dial = dial;
    }

    public byte UnitAddress { get; }

    public ModbusAnswer Answer(byte function, int address, Span<ushort> registers)
    {
        if (function != 3)
            return ModbusAnswer.IllegalFunction;
        if (registers.Length > RegistersPerReadMax)
            return ModbusAnswer.IllegalCount;
        return ImageAt(_dial.NowUtc).Copy(address, registers);
    }

    private RegisterImage ImageAt(DateTimeOffset utc)
    {
        RegisterImage image = new(RegisterCount);
        image.FillHoles(0, ContiguousRegisters);
        long litres = _dial.At(utc);
        double cubicMetresPerHour = _dial.PerHourAt(utc) / LitresPerCubicMetre;
        uint cubicMetres = (uint)(litres / LitresPerCubicMetre);
        double fraction = litres % LitresPerCubicMetre / (double)LitresPerCubicMetre;
        image.PutFloatLowFirst(0, cubicMetresPerHour);
        image.PutFloatLowFirst(4, cubicMetresPerHour / 3600 / PipeSquareMetres);
        // R9, R11: forward; R13, R15: backward, never in this pipe; R25, R27: net.
        image.PutUInt32LowFirst(8, cubicMetres);
        image.PutFloatLowFirst(10, fraction);
        image.PutUInt32LowFirst(12, 0);
        image.PutFloatLowFirst(14, 0);
        image.PutUInt32LowFirst(24, cubicMetres);
        image.PutFloatLowFirst(26, fraction);
        image.PutFloatLowFirst(32, 14.5);
        image.PutFloatLowFirst(34, 14.5);
        image.PutUInt16(71, 0);
        image.PutUInt16(91, 90);
        image.PutUInt16(1436, 0);
        image.PutUInt16(1437, 0);
        image.PutUInt16(1441, UnitAddress);
        return image;
    }
}
