namespace EdgeMeters.HostNode.Profiles;

/// <summary>One kind of meter: a file in hardware/meter-profiles.</summary>
public sealed record MeterProfile
{
    public required string Id { get; init; }

    public required string Vendor { get; init; }

    public required string Model { get; init; }

    /// <summary>electricity, water, gas or heat.</summary>
    public required string Carrier { get; init; }

    /// <summary>Where the facts come from.</summary>
    public required IReadOnlyList<string> Source { get; init; }

    /// <summary>How far to trust them.</summary>
    public required string Confidence { get; init; }

    /// <summary>Why the profile is not offered by default; null when nothing is known against it.</summary>
    public required string? Weakness { get; init; }

    /// <summary>False for a profile with a <see cref="Weakness"/>: it is used by its name only.</summary>
    public bool OfferedByDefault => Weakness == null;

    /// <summary>What whoever installs the meter has to know or check.</summary>
    public required IReadOnlyList<string> Caveats { get; init; }

    /// <summary>Null for a pulse meter.</summary>
    public required BusProfile? Bus { get; init; }

    /// <summary>Empty for a pulse meter.</summary>
    public required IReadOnlyList<RegisterProfile> Registers { get; init; }

    /// <summary>For the technician only; may be empty.</summary>
    public required IReadOnlyList<SampleProfile> Samples { get; init; }

    /// <summary>Null for a meter on a bus.</summary>
    public required PulseProfile? Pulse { get; init; }

    public required IReadOnlyList<ProfileGolden> Goldens { get; init; }

    /// <summary>The scale of a register by its OBIS code; null when the meter has none of it.</summary>
    public RegisterScale? ScaleOf(string obis) =>
        Pulse?.Scale.Obis == obis ? Pulse.Scale : Registers.FirstOrDefault(r => r.Scale.Obis == obis)?.Scale;
}
