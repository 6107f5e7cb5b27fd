using System.Device.Gpio;
using EdgeMeters.HostNode.Configuration;
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

    /// <summary>True for a reed at a wheel, which may rest closed; false for an electronic output. See <see cref="StuckContact"/>.</summary>
    public bool HasWheel { get; init; } = true;

    /// <summary>What the profile declares of its contact.</summary>
    public static GpioPulseInputSettings Of(PulseConfiguration pulse) => new()
    {
        Pin = pulse.Pin,
        ActiveMicrosecondsMin = pulse.Profile.Pulse!.MicrosecondsMin,
        InactiveMicrosecondsMin = pulse.Profile.Pulse.MicrosecondsMin,
        HasWheel = pulse.Profile.Pulse.IsReed,
    };
}
