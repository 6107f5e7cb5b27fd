namespace EdgeMeters.Gateway.Core;

/// <summary>The place that is billed. Stable; the meter that serves it is named by its serial number and may be exchanged.</summary>
/// <param name="Id">Stable identifier, 1 to 40 characters of <c>A-Z a-z 0-9 . _ -</c>; part of file names and topics.</param>
/// <param name="Name">What people call it; any script.</param>
/// <param name="Carrier">What is measured.</param>
/// <param name="MeterSerial">Serial number of the meter that serves the point, as on its nameplate.</param>
/// <param name="Register">OBIS code of the register that is billed, e.g. <c>1-0:1.8.0</c>.</param>
public sealed record MeteringPoint(string Id, string Name, Carrier Carrier, string MeterSerial, string Register);
