using EdgeMeters.Gateway.Core.LoadProfile;

namespace EdgeMeters.Gateway.Core.Estimation;

/// <summary>Where the shape of a long gap is taken from. Asked only where there is one.</summary>
/// <param name="History">The point's own load profile in a range of end labels, without any estimate.</param>
/// <param name="CheckMeter">The same of what measures the point once more; empty where nothing does.</param>
public sealed record GapShapes(
    Func<uint, uint, IReadOnlyList<ProfileInterval>> History, Func<uint, uint, IReadOnlyList<ProfileInterval>> CheckMeter)
{
    /// <summary>No shape is known: gaps are straight lines.</summary>
    public static readonly GapShapes None = new((_, _) => [], (_, _) => []);
}
