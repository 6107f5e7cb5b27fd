namespace EdgeMeters.Bench;

/// <summary>Eastron SDM630, three-phase electricity meter: input registers, float32, high word first.</summary>
/// <remarks>
/// Register map after volkszaehler/mbmd, meters/rs485/sdm.go. Eastron's manual restricts a read to 40 parameters, 80 registers, and names no
/// exception code for more; here it is 3. What the real meter answers inside the gaps of its map is not documented; here it is exception 2.
/// <para>
/// Energies are kWh in float32. Up to 8,192 kWh neighbouring floats are less than 0.5 Wh apart, so a dial below 8,000 kWh comes through exact to
/// the Wh when kWh × 1000 is rounded; the real meter has the same grain, and above 16,384 kWh it loses watt-hours. Quantities of the instant
/// follow from the rate of the dials: shares of 40, 35 and 25 % on the phases, power factor 0.96 inductive.
/// </para>
/// </remarks>
public sealed class VirtualSdm630 : IVirtualMeter
{
    public const string Profile = "eastron-sdm630";

    /// <summary>Eastron: 40 parameters of two registers in one request.</summary>
    public const int RegistersPerReadMax = 80;

    private const int RegisterCount = 382;
    private const double PowerFactor = 0.96;
    private static readonly double ReactiveShare = Math.Tan(Math.Acos(PowerFactor));
    private static readonly int[] PhasePercents = [40, 35, 25];

    private readonly Dial _import;
    private readonly Dial? _export;

    /// <param name="import">Energy taken from the grid, in Wh.</param>
    /// <param name="export">Energy given to the grid, in Wh; null for a place that has none.</param>
    public VirtualSdm630(byte unitAddress, Dial import, Dial? export = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(unitAddress);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unitAddress, 247);
        UnitAddress = unitAddress;
        _import = import;
        _export = export;
    }

    public byte UnitAddress { get; }

    public ModbusAnswer Answer(byte function, int address, Span<ushort> registers)
    {
        if (function != 4)
            return ModbusAnswer.IllegalFunction;
        if (registers.Length > RegistersPerReadMax)
            return ModbusAnswer.IllegalCount;
        return ImageAt(_import.NowUtc).Copy(address, registers);
    }

    private RegisterImage ImageAt(DateTimeOffset utc)
    {
        RegisterImage image = new(RegisterCount);
        double seconds = (utc - _import.StartUtc).TotalSeconds;
        double watts = _import.PerHourAt(utc) - (_export?.PerHourAt(utc) ?? 0);
        PutInstant(image, watts, seconds);
        long importWh = _import.At(utc);
        long exportWh = _export?.At(utc) ?? 0;
        PutEnergies(image, importWh, exportWh);
        return image;
    }

    private static void PutInstant(RegisterImage image, double watts, double seconds)
    {
        double voltAmperes = Math.Abs(watts) / PowerFactor;
        for (int phase = 0; phase < 3; phase++)
        {
            double share = PhasePercents[phase] / 100.0;
            // A few volts of slow movement about 230, each phase at its own time.
            double volts = 230 + (3 * Math.Sin((seconds / 37) + phase));
            image.PutFloatHighFirst(0 + (2 * phase), volts);
            image.PutFloatHighFirst(6 + (2 * phase), voltAmperes * share / volts);
            image.PutFloatHighFirst(12 + (2 * phase), watts * share);
            image.PutFloatHighFirst(18 + (2 * phase), voltAmperes * share);
            image.PutFloatHighFirst(24 + (2 * phase), Math.Abs(watts) * share * ReactiveShare);
            image.PutFloatHighFirst(30 + (2 * phase), watts < 0 ? -PowerFactor : PowerFactor);
            image.PutFloatHighFirst(234 + (2 * phase), 1.5 + (0.5 * phase));
        }
        image.PutFloatHighFirst(52, watts);
        image.PutFloatHighFirst(56, voltAmperes);
        image.PutFloatHighFirst(60, Math.Abs(watts) * ReactiveShare);
        image.PutFloatHighFirst(62, watts < 0 ? -PowerFactor : PowerFactor);
        image.PutFloatHighFirst(66, Math.Acos(PowerFactor) * 180 / Math.PI);
        image.PutFloatHighFirst(70, 50 + (0.02 * Math.Sin(seconds / 11)));
        image.PutFloatHighFirst(248, 2.0);
    }

    private static void PutEnergies(RegisterImage image, long importWh, long exportWh)
    {
        long importVarh = (long)(importWh * ReactiveShare);
        long exportVarh = (long)(exportWh * ReactiveShare);
        image.PutFloatHighFirst(72, importWh / 1000.0);
        image.PutFloatHighFirst(74, exportWh / 1000.0);
        image.PutFloatHighFirst(76, importVarh / 1000.0);
        image.PutFloatHighFirst(78, exportVarh / 1000.0);
        image.PutFloatHighFirst(342, (importWh + exportWh) / 1000.0);
        image.PutFloatHighFirst(344, (importVarh + exportVarh) / 1000.0);
        for (int phase = 0; phase < 3; phase++)
        {
            long phaseImportWh = Share(importWh, phase);
            long phaseExportWh = Share(exportWh, phase);
            long phaseImportVarh = Share(importVarh, phase);
            long phaseExportVarh = Share(exportVarh, phase);
            image.PutFloatHighFirst(346 + (2 * phase), phaseImportWh / 1000.0);
            image.PutFloatHighFirst(352 + (2 * phase), phaseExportWh / 1000.0);
            image.PutFloatHighFirst(358 + (2 * phase), (phaseImportWh + phaseExportWh) / 1000.0);
            image.PutFloatHighFirst(364 + (2 * phase), phaseImportVarh / 1000.0);
            image.PutFloatHighFirst(370 + (2 * phase), phaseExportVarh / 1000.0);
            image.PutFloatHighFirst(376 + (2 * phase), (phaseImportVarh + phaseExportVarh) / 1000.0);
        }
    }

    /// <summary>A phase's part of a total; the last phase takes what division leaves, so that the parts add up.</summary>
    private static long Share(long total, int phase)
    {
        if (phase < 2)
            return total * PhasePercents[phase] / 100;
        return total - Share(total, 0) - Share(total, 1);
    }
}
