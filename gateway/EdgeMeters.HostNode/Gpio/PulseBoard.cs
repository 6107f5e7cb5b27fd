using System.Device.Gpio;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>The GPIO chip with a node's pulse inputs: the machine's own, or one that a bench drives.</summary>
public sealed class PulseBoard : IDisposable
{
    /// <summary>A bench that is there answers at once; for one that is not, the node does not wait.</summary>
    private const int AttachTimeoutMs = 2000;

    private readonly GpioController _controller;
    private readonly GpioWireClient? _wire;
    private readonly GpioPulseInput[] _inputs;

    /// <exception cref="DeviceException">There is no GPIO chip, or a pin cannot be had.</exception>
    public PulseBoard(NodeConfiguration configuration)
    {
        IEdgeClock clock;
        if (configuration.IsGpioSimulated)
        {
            SimulatedGpioDriver driver = new();
            clock = driver;
            _controller = new GpioController(driver);
            _wire = configuration.GpioWire == null ? null : new GpioWireClient(configuration.GpioWire, driver);
            _wire?.WaitUntilAttached(AttachTimeoutMs);
        }
        else
        {
            clock = new StopwatchEdgeClock();
            _controller = OpenChip();
        }
        List<GpioPulseInput> inputs = [];
        try
        {
            foreach (PulseConfiguration pulse in configuration.Pulses)
                inputs.Add(new GpioPulseInput(_controller, clock, GpioPulseInputSettings.Of(pulse)));
        }
        catch (DeviceException)
        {
            _inputs = [.. inputs];
            Dispose();
            throw;
        }
        _inputs = [.. inputs];
    }

    /// <summary>The inputs in the configuration's order.</summary>
    public IReadOnlyList<GpioPulseInput> Inputs => _inputs;

    /// <summary>Why the bench does not drive the pins; null while it does, or when there is none.</summary>
    public string? LastError => _wire is { IsAttached: false } ? _wire.Trouble : null;

    public void Dispose()
    {
        _wire?.Dispose();
        foreach (GpioPulseInput input in _inputs)
            input.Dispose();
        _controller.Dispose();
    }

    private static GpioController OpenChip()
    {
        try
        {
            return new GpioController();
        }
        catch (Exception e) when (e is PlatformNotSupportedException or NotSupportedException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new DeviceException(
                $"This machine has no GPIO chip that can be used ({e.Message}): set gpio.driver to \"simulated\", or put the user in group gpio.", e);
        }
    }
}
