using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Firmware.Tests.Budget;

internal sealed class SteadyCounter : IPulseCounter
{
    public long Total { get; set; }

    public long ReadTotal() => Total;
}
