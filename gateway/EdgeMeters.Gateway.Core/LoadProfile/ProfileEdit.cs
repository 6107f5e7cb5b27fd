namespace EdgeMeters.Gateway.Core.LoadProfile;

/// <summary>What a person set in a load profile: an entry of the log. The readings stay, and so does every earlier edit.</summary>
/// <param name="Point">The metering point.</param>
/// <param name="Intervals">In the order of their ends; 1 to <see cref="IntervalsMax"/>.</param>
/// <param name="Who">Name of the person.</param>
/// <param name="Why">The reason: the protocol, the call, the proof.</param>
public sealed record ProfileEdit(string Point, IReadOnlyList<EditedInterval> Intervals, string Who, string Why)
{
    /// <summary>A month of quarters of an hour.</summary>
    public const int IntervalsMax = 31 * 96;

    public const int WhoCharsMax = 100;

    public const int WhyCharsMax = 500;
}
