using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Uplink;

internal sealed record ToldEvent(uint Sequence, EventCode Code, byte Channel, long A, long B);
