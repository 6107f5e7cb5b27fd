using System;

namespace EdgeMeters.Metering.Ports;

/// <summary>A device is broken or gone: not silence on a line, but the line itself; not a full journal, but its flash.</summary>
public class DeviceException : Exception
{
    public DeviceException(string message)
        : base(message)
    {
    }

    public DeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
