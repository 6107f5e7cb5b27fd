using System.Globalization;

namespace EdgeMeters.Field.FaceCheck;

/// <summary>What a technician reads off a meter's display.</summary>
public sealed record FaceReading
{
    private const int DigitsMax = 15;

    // In base units, which are Wh, varh and litre. A joule is a 3600th of a Wh.
    private static readonly (string Name, string Base, decimal Times, decimal Over)[] Units =
    [
        ("Wh", "Wh", 1, 1), ("kWh", "Wh", 1_000, 1), ("MWh", "Wh", 1_000_000, 1), ("GWh", "Wh", 1_000_000_000, 1),
        ("kJ", "Wh", 1_000, 3600), ("MJ", "Wh", 1_000_000, 3600), ("GJ", "Wh", 1_000_000_000, 3600),
        ("varh", "varh", 1, 1), ("kvarh", "varh", 1_000, 1), ("Mvarh", "varh", 1_000_000, 1),
        ("L", "litre", 1, 1), ("litre", "litre", 1, 1), ("m3", "litre", 1_000, 1), ("m³", "litre", 1_000, 1),
    ];

    private FaceReading(string text, string unit, decimal baseUnits, decimal resolution)
    {
        Text = text;
        Unit = unit;
        BaseUnits = baseUnits;
        Resolution = resolution;
    }

    /// <summary>As it was typed.</summary>
    public string Text { get; }

    /// <summary>Wh, varh or litre.</summary>
    public string Unit { get; }

    public decimal BaseUnits { get; }

    /// <summary>The last digit's worth in base units: a display cuts off, or rounds, what is below it.</summary>
    public decimal Resolution { get; }

    /// <exception cref="FormatException">It is no reading; the message says how to write one.</exception>
    public static FaceReading Parse(string text)
    {
        string trimmed = text.Trim();
        int end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] == '.'))
            end++;
        string digits = trimmed[..end];
        string name = trimmed[end..].Trim();
        if (name.StartsWith(',') || digits.Count(char.IsAsciiDigit) is 0 or > DigitsMax
            || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            throw new FormatException($"'{text}' is no reading: write all digits with a point and the unit, as 12345.67 kWh, "
                + "without separators between thousands");
        }
        // No two units here differ in case only, and on a phone's keyboard capitals come and go.
        var unit = Units.FirstOrDefault(u => u.Name == name);
        if (unit.Name == null)
            unit = Units.FirstOrDefault(u => string.Equals(u.Name, name, StringComparison.OrdinalIgnoreCase));
        if (unit.Name == null)
        {
            throw new FormatException($"the unit {(name.Length == 0 ? "is missing" : $"'{name}' is not known")}: write one of "
                + string.Join(", ", Units.Select(u => u.Name)) + " after the number");
        }
        int point = digits.IndexOf('.');
        int decimals = point < 0 ? 0 : digits.Length - point - 1;
        return new FaceReading(
            trimmed, unit.Base, number * unit.Times / unit.Over, PowerOfTen(-decimals) * unit.Times / unit.Over);
    }

    /// <summary>A number with the unit that a meter or a display gives, in base units; null for a unit that no cumulative register has.</summary>
    public static (decimal BaseUnits, string Unit)? Convert(decimal number, string unit) =>
        Units.FirstOrDefault(u => u.Name == unit) is { Name: not null } found ? (number * found.Times / found.Over, found.Base) : null;

    internal static decimal PowerOfTen(int exponent)
    {
        decimal power = 1;
        for (int i = 0; i < Math.Abs(exponent); i++)
            power *= 10;
        return exponent < 0 ? 1 / power : power;
    }
}
