using System.Device.Gpio;
using EdgeMeters.Metering.Pulse;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>A meter's contact on a GPIO pin. Unless said otherwise: a reed from the pin to ground, pulled up.</summary>
public sealed record GpioPulseInputSettings
{
    /// <summary>Line of the GPIO chip.</summary>
    public required int Pin { get; init; }

    /// <summary>True when a closed contact pulls the pin low.</summary>
    public bool IsActiveLow { get; init; } = true;

    public PinMode Mode { get; init; } = PinMode.InputPullUp;

    /// <summary>How long the contact must stand closed to be believed; see <see cref="PulseWidthFilter"/>.</summary>
    public int ActiveMicrosecondsMin { get; init; } = PulseWidthFilter.ReedMicrosecondsMin;

    /// <summary>How long the contact must stand open to be believed.</summary>
    public int InactiveMicrosecondsMin { get; init; } = PulseWidthFilter.ReedMicrosecondsMin;
}
