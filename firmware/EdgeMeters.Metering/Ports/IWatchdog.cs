namespace EdgeMeters.Metering.Ports;

/// <summary>The external watchdog: unless it is fed it resets the chip. Its timeout is the hardware's, 60 s at least on our boards.</summary>
public interface IWatchdog
{
    /// <summary>Puts off the reset. Returns at once and does not throw.</summary>
    void Feed();
}
