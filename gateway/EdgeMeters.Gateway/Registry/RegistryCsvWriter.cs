using System.Globalization;
using CsvHelper;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Registry;

namespace EdgeMeters.Gateway.Registry;

/// <summary>Writes a registry as one CSV text: points, meters and services, a blank line between. What it writes reads back as the same registry.</summary>
internal static class RegistryCsvWriter
{
    public static void Write(PointRegistry registry, TextWriter output)
    {
        var sorted = registry.Sorted();
        using var csv = new CsvWriter(output, CultureInfo.InvariantCulture, leaveOpen: true);
        Row(csv, RegistryColumns.Points);
        foreach (var p in sorted.Points)
            Row(csv, p.Id, p.Name, Symbols.Of(p.Carrier), RegistryText.Of(p.Kind), p.Utility, p.Place, p.Parent, RegistryText.Of(p.Class));
        csv.NextRecord();
        Row(csv, RegistryColumns.Meters);
        foreach (var r in sorted.Registers)
            Row(csv, r.Meter, r.Register, r.Unit.Symbol, Digits(r), r.WholeDigits == 0 && r.Modulus > 0 ? Shown(r.Modulus, r) : "");
        csv.NextRecord();
        Row(csv, RegistryColumns.Services);
        var registers = new Dictionary<(string, string), MeterRegister>(sorted.Registers.Count);
        foreach (var register in sorted.Registers)
            registers[(register.Meter, register.Register)] = register;
        foreach (var s in sorted.Services)
        {
            var register = registers[(s.Meter, s.Register)];
            Row(csv, s.Point, s.Meter, s.Register, s.Node, s.Channel?.ToString(CultureInfo.InvariantCulture) ?? "",
                s.AfterUtcSeconds == 0 ? "" : RegistryText.Time(s.AfterUtcSeconds),
                s.ThroughUtcSeconds == Service.OpenEnd ? "" : RegistryText.Time(s.ThroughUtcSeconds),
                s.StartRegister is { } start ? Shown(start, register) : "", s.EndRegister is { } end ? Shown(end, register) : "",
                RegistryText.Millionths(s.MultiplierMillionths), s.PulsesMillionths == 0 ? "" : RegistryText.Millionths(s.PulsesMillionths));
        }
    }

    private static string Shown(long register, MeterRegister of) => RegistryText.Number(register, of.Unit.DecimalsMax, of.Decimals);

    private static string Digits(MeterRegister register) => register.WholeDigits == 0 ? ""
        : register.WholeDigits.ToString(CultureInfo.InvariantCulture) + (register.Decimals == 0 ? "" : "." + register.Decimals.ToString(CultureInfo.InvariantCulture));

    private static void Row(CsvWriter csv, params string[] cells)
    {
        foreach (string cell in cells)
            csv.WriteField(cell);
        csv.NextRecord();
    }
}
