namespace EdgeMeters.Metering.Ports;

/// <summary>A half-duplex serial line, RS-485 as a rule. One owner at a time.</summary>
/// <remarks>
/// For implementers: no method throws for what happens on a healthy line (silence, noise, parity errors: such bytes may be passed or left
/// out, the frame check decides). A line that is gone (adapter unplugged) throws <see cref="DeviceException"/>.
/// </remarks>
public interface ISerialLine
{
    /// <summary>Baud rate in force, in bits per second; the caller computes silent times from it.</summary>
    int BaudRate { get; }

    /// <summary>Puts a setting in force, 8 bits always, before the next byte is sent. Costs nothing where it is in force already.</summary>
    /// <param name="baudRate">300 to 115,200.</param>
    /// <param name="parity">0 none, 1 odd, 2 even: as <c>System.IO.Ports.Parity</c> counts.</param>
    /// <param name="stopBits">1 or 2.</param>
    void Use(int baudRate, byte parity, byte stopBits);

    /// <summary>Sends all bytes and returns once they were handed to the driver.</summary>
    void Write(byte[] buffer, int offset, int count);

    /// <summary>Reads what arrives, up to <paramref name="count"/> bytes, and returns as soon as there is at least one.</summary>
    /// <returns>Bytes read; 0 when nothing arrived within <paramref name="timeoutMs"/>.</returns>
    int Read(byte[] buffer, int offset, int count, int timeoutMs);
}
