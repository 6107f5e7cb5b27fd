using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.Estimation;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.LoadProfile;

/// <summary>The course of one register, a reading each quarter of an hour, and the load profile of the point that it serves.</summary>
internal sealed class Course(ChannelLayout scale, ValidationRules rules)
{
    public const uint Midnight = NodeUnderTest.NewYear;

    private const string Code = "1-0:1.8.0";

    private readonly List<RegisterReading> _readings = [];

    public List<Service> Services { get; } = [ServiceOf("22001234")];

    public static Service ServiceOf(string meter) => new("P", meter, Code, "", null, 0, Service.OpenEnd, null, null, Service.One, 0);

    /// <summary>Readings in a row, from a quarter on; null for one that is missing.</summary>
    public Course Read(int quarter, params long?[] raws)
    {
        for (int i = 0; i < raws.Length; i++)
        {
            _readings.Add(new RegisterReading(new ReadingId("node", 7, (uint)(quarter + i + 1), 0), At(quarter + i), raws[i] ?? 0,
                raws[i] == null ? Quality.Missing : Quality.Measured, ClockQuality.Synchronised, 900, scale));
        }
        return this;
    }

    /// <summary>The profile of so many quarters from midnight on.</summary>
    public IReadOnlyList<ProfileInterval> Profile(int quarters, GapShapes? shapes = null, int from = 0) =>
        ProfileBuilder.Build(Services.Select(s => new ServiceReadings(s, _readings)), 900, rules, shapes ?? GapShapes.None, At(from), At(quarters));

    /// <summary>The profile of a point that was served by each for a time.</summary>
    public static IReadOnlyList<ProfileInterval> Together(int quarters, ValidationRules rules, params Course[] courses) =>
        ProfileBuilder.Build(courses.SelectMany(c => c.Services.Select(s => new ServiceReadings(s, c._readings))), 900, rules, GapShapes.None, At(0), At(quarters));

    public static uint At(int quarter) => (uint)(Midnight + quarter * 900);
}
