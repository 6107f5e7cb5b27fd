using EdgeMeters.Metering.Registers;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Where a cumulative register lies in a Modbus meter.</summary>
/// <param name="Scale">What it is.</param>
/// <param name="Function">3 holding, 4 input registers.</param>
/// <param name="Address">Wire address, from 0.</param>
/// <param name="Type">How the number is coded.</param>
/// <param name="Order">Order of its bytes.</param>
/// <param name="FloatScale">Raw counts in one unit of a floating-point register.</param>
public sealed record ModbusRegisterProfile(
    RegisterScale Scale, byte Function, ushort Address, RegisterType Type, WordOrder Order, int FloatScale);
