namespace EdgeMeters.Metering.Ports;

/// <summary>A half-duplex serial line, RS-485 as a rule, at a fixed setting. One owner at a time.</summary>
/// <remarks>
/// For implementers: no method throws for what happens on a healthy line (silence, noise, parity errors: such bytes may be passed or left
/// out, the frame check decides). A line that is gone (adapter unplugged) throws <see cref="DeviceException"/>.
/// </remarks>
public interface ISerialLine
{
    /// <summary>Baud rate, in bits per second; the caller computes silent times from it.</summary>
    int BaudRate { get; }

    /// <summary>Sends all bytes and returns once they were handed to the driver.</summary>
    void Write(byte[] buffer, int offset, int count);

    /// <summary>Reads what arrives, up to <paramref name="count"/> bytes, and returns as soon as there is at least one.</summary>
    /// <returns>Bytes read; 0 when nothing arrived within <paramref name="timeoutMs"/>.</returns>
    int Read(byte[] buffer, int offset, int count, int timeoutMs);
}
