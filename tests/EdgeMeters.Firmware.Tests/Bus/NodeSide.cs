using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Firmware.Tests.Bus;

/// <summary>What a node is told of a virtual meter: the same sheet from which the bench made the meter, in the node's own tables.</summary>
internal static class NodeSide
{
    private static readonly string[] Types = ["", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "u48", "i48", "f64", "bcd16", "bcd32", "bcd48", "bcd64"];
    private static readonly string[] Quantities = ["energy-wh", "energy-j", "volume"];
    private static readonly string[] Orders = ["", "abcd", "cdab", "badc", "dcba"];

    public static MeterTable TableOf(MeterSheet sheet, string address, LineSetting setting)
    {
        SheetBus bus = sheet.Bus!;
        return new MeterTable
        {
            Protocol = ProtocolOf(bus.Kind),
            Address = AddressOf(bus, address),
            BaudRate = setting.BaudRate,
            Parity = setting.Parity,
            StopBits = setting.StopBits,
            RegistersMax = bus.RegistersPerReadMax,
            Variant = (byte)((bus.DiOrder == "901f" ? 1 : 0) | (bus.UnitFirst ? 2 : 0)),
        };
    }

    public static BusPoint PointOf(MeterSheet sheet, SheetRegister register) => ProtocolOf(sheet.Bus!.Kind) switch
    {
        BusProtocol.Modbus => ModbusPointOf(register),
        BusProtocol.Cjt188 => new Cjt188Point { Field = (byte)register.Field, UnitCode = Convert.FromHexString(register.UnitCode!)[0] },
        BusProtocol.MBus => new MBusPoint
        {
            Quantity = (MBusQuantity)(1 + Array.IndexOf(Quantities, register.Quantity)),
            Storage = (ushort)register.Storage,
            Tariff = (byte)register.Tariff,
            Exponent = (sbyte)register.Exponent,
        },
        _ => new Dlt645Point { Identifier = Convert.ToUInt32(register.Di, 16), Offset = register.Offset, Bytes = register.Bytes },
    };

    private static ModbusPoint ModbusPointOf(SheetRegister register)
    {
        return new ModbusPoint
        {
            Function = register.Function,
            Address = (ushort)register.Address,
            Type = (RegisterType)Array.IndexOf(Types, register.Type),
            Order = (WordOrder)Array.IndexOf(Orders, register.Order),
            FloatScale = register.FloatScale,
            Scale = register.Scale == null ? ScaleKind.None : register.Scale.Kind == "expected" ? ScaleKind.Expected : ScaleKind.PowerOfTen,
            ScaleAddress = (ushort)(register.Scale?.Address ?? 0),
            ScaleFirst = (short)(register.Scale == null ? 0 : register.Scale.Kind == "expected" ? register.Scale.Expected : register.Scale.ExponentMin),
            ScaleLast = (short)(register.Scale?.ExponentMax ?? 0),
        };
    }

    private static BusProtocol ProtocolOf(string kind) => kind switch
    {
        "modbus-rtu" => BusProtocol.Modbus,
        "dlt645-2007" => BusProtocol.Dlt645,
        "dlt645-1997" => BusProtocol.Dlt645Of1997,
        "cjt188-2004" => BusProtocol.Cjt188,
        _ => BusProtocol.MBus,
    };

    private static byte[] AddressOf(SheetBus bus, string address)
    {
        if (bus.Kind is "modbus-rtu" or "mbus")
            return [byte.Parse(address, System.Globalization.CultureInfo.InvariantCulture)];
        byte[] reversed = [.. Convert.FromHexString(address).Reverse()];
        return bus.Kind == "cjt188-2004" ? [.. Convert.FromHexString(bus.MeterType), .. reversed] : reversed;
    }
}
