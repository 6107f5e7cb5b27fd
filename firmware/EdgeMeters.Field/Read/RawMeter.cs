using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Read;

/// <summary>A meter that is asked without a profile: everything it gives is kept and shown.</summary>
internal abstract class RawMeter(MeterTable table) : BusMeter(table)
{
    /// <summary>What was asked for, for a line that says that it did not come.</summary>
    public abstract string Asked { get; }

    /// <summary>What came, in the order in which it came. Only after a whole reading.</summary>
    public abstract IReadOnlyList<ReadRow> Rows();

    /// <returns>Always <see cref="BusResult.Absent"/>: there are no points, only <see cref="Rows"/>.</returns>
    public override BusResult Take(int point, out long register)
    {
        register = 0;
        return BusResult.Absent;
    }
}
