using System.Globalization;

namespace EdgeMeters.Field.Read;

/// <summary>One register of one reading, as it is printed. In JSON it has six keys and no others.</summary>
/// <param name="Register">What was read: an OBIS code and its name, an address, an identifier.</param>
/// <param name="Raw">The register's bytes as they came, in hexadecimal; null when none came.</param>
/// <param name="Shown">A number as JSON writes it, or a text; null when there is none.</param>
/// <param name="IsNumber">What <paramref name="Shown"/> is.</param>
/// <param name="Unit">Null where neither protocol nor profile says.</param>
/// <param name="Quality">measured, suspect or missing, as the node marks its readings.</param>
/// <param name="Error">Null for a good reading; otherwise its name, a colon, and what it means.</param>
internal sealed record ReadRow(string Register, string? Raw, string? Shown, bool IsNumber, string? Unit, string Quality, string? Error)
{
    public const string Measured = "measured";
    public const string Suspect = "suspect";
    public const string Missing = "missing";

    /// <summary>What a person calls the register, where <see cref="Register"/> is a code. Not in JSON.</summary>
    public string? Name { get; init; }

    public bool IsGood => Quality == Measured;

    public static ReadRow Failed(string register, string error, byte[]? raw = null) =>
        new(register, raw == null ? null : Hex(raw), null, false, null, Missing, error);

    public static ReadRow OfText(string register, byte[] raw, string text) => new(register, Hex(raw), text, false, null, Measured, null);

    public static ReadRow OfNumber(string register, byte[] raw, decimal number, string? unit) =>
        new(register, Hex(raw), Written(number), true, unit, Measured, null);

    /// <summary>A float as it is, in as few digits as tell it from the next one.</summary>
    public static ReadRow OfNumber(string register, byte[] raw, string written, string? unit) =>
        new(register, Hex(raw), written, true, unit, Measured, null);

    /// <summary>The same reading, which something speaks against.</summary>
    public ReadRow Doubted(string error) => this with { Quality = Suspect, Error = error };

    public static string Written(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>Bytes as they are written in manuals: 00 8D 00 8E.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => string.Join(' ', Convert.ToHexString(bytes).Chunk(2).Select(pair => new string(pair)));
}
