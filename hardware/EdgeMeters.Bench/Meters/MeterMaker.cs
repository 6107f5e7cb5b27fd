using System.Globalization;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Wire;

namespace EdgeMeters.Bench.Meters;

/// <summary>Makes virtual meters from profiles: dials that start and turn as a seed says, in the registers where the profile has them.</summary>
public sealed class MeterMaker(TimeProvider time)
{
    private const double HouseWatts = 2000;
    private const double HouseLitresPerHour = 600;

    /// <summary>Raw counts at the start; a float32 still tells each of them, with room to grow.</summary>
    private const int StartMin = 1_000_000;
    private const int StartMax = 3_900_000;

    /// <summary>Of a dial; what a test needs to see its registers move.</summary>
    public double? PerHour { get; init; }

    /// <summary>Of all meters it makes; null for what their profiles say.</summary>
    public LineSetting? Setting { get; init; }

    public long TurnaroundMicroseconds { get; init; }

    /// <summary>Makes a meter.</summary>
    /// <param name="address">Modbus: 1 to 247. DL/T 645: 12 digits. CJ/T 188: 14 digits. M-Bus: 0 to 250, and a serial number after a slash.</param>
    /// <exception cref="FormatException">The address is none of the protocol.</exception>
    public BusDevice Make(MeterSheet sheet, string address, int seed)
    {
        Random random = new(seed);
        SheetBus bus = sheet.Bus ?? throw new ArgumentException($"'{sheet.Id}' is no meter on a bus", nameof(sheet));
        LineSetting setting = Setting ?? bus.Setting;
        if (sheet.Id is VirtualSdm630.Profile or VirtualTuf2000M.Profile)
            return OfItsOwn(sheet, Number(address, 1, 247), setting, random);
        DialFace[] faces = [.. sheet.Registers.Select(register => MakeFace(register, random))];
        return bus.Kind switch
        {
            "modbus-rtu" => new ModbusDevice(Tables(sheet, Number(address, 1, 247), faces, random))
            {
                Setting = setting, TurnaroundMicroseconds = TurnaroundMicroseconds, Faces = faces,
            },
            "dlt645-2007" or "dlt645-1997" => Dlt645(sheet, Digits(address, 12), setting, faces, random),
            "cjt188-2004" => Cjt188(sheet, Digits(address, 14), setting, faces),
            "mbus" => MBus(sheet, address, setting, faces, random),
            _ => throw new ArgumentException($"'{sheet.Id}' is of a kind that the bench does not know: {bus.Kind}", nameof(sheet)),
        };
    }

    /// <summary>An address that suits a protocol, another one for each number from 1.</summary>
    public static string AddressOf(MeterSheet sheet, int number) => sheet.Bus?.Kind switch
    {
        "dlt645-2007" or "dlt645-1997" => number.ToString("000000000000", CultureInfo.InvariantCulture),
        "cjt188-2004" => number.ToString("00000000000000", CultureInfo.InvariantCulture),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private DialFace MakeFace(SheetRegister register, Random random)
    {
        Unit unit = register.Unit switch { "litre" => Unit.Litre, "varh" => Unit.Varh, _ => Unit.Wh };
        RegisterCoding? coding = register.Type == null ? null : new RegisterCoding(register.Type);
        long natural = coding != null ? coding.NaturalModulus : register.Quantity != null ? 100_000_000 : (long)Math.Pow(10, 2 * register.Bytes);
        long modulus = register.Modulus == 0 ? natural : register.Modulus;
        // Near such a modulus single precision no longer tells the counts apart: nothing could be said about what it shows there.
        if (register.Type == "f32" && modulus > 2 * StartMax)
            modulus = 0;
        long start = random.Next(StartMin, StartMax);
        if (modulus != 0 && start >= modulus / 2)
            start %= modulus / 2;
        double perHour = PerHour ?? (unit == Unit.Litre ? HouseLitresPerHour : HouseWatts);
        // A raw count is numerator / denominator units: the dial starts at the first unit of the count.
        long units = (long)(((Int128)start * register.Numerator + register.Denominator - 1) / register.Denominator);
        Dial dial = new(time, unit, units, perHour, random.Next());
        return new DialFace(dial, register.Numerator, register.Denominator, modulus);
    }

    /// <summary>The two meters that the bench knows better than their profiles do.</summary>
    private ModbusDevice OfItsOwn(MeterSheet sheet, byte unit, LineSetting setting, Random random)
    {
        bool isWater = sheet.Id == VirtualTuf2000M.Profile;
        Dial dial = isWater
            ? new Dial(time, Unit.Litre, random.Next(StartMin, 9_000_000), PerHour ?? HouseLitresPerHour, random.Next())
            : new Dial(time, Unit.Wh, random.Next(StartMin, StartMax), PerHour ?? HouseWatts, random.Next());
        IVirtualMeter meter = isWater ? new VirtualTuf2000M(unit, dial) : new VirtualSdm630(unit, dial);
        DialFace face = new(dial, isWater ? 1000 : 1);
        return new ModbusDevice(meter) { Setting = setting, TurnaroundMicroseconds = TurnaroundMicroseconds, Faces = [face] };
    }

    private static ModbusTables Tables(MeterSheet sheet, byte unit, DialFace[] faces, Random random)
    {
        ModbusTables tables = new(unit, sheet.Bus!.RegistersPerReadMax);
        foreach (SheetRegister sample in sheet.Samples)
        {
            if (sample.Type != null)
                tables.PutRegisters(sample.Function, sample.Address, isWritable: false, new RegisterCoding(sample.Type, sample.Order, sample.FloatScale).Encode(random.Next(1, 5000)));
        }
        for (int i = 0; i < faces.Length; i++)
        {
            SheetRegister register = sheet.Registers[i];
            tables.PutDial(register.Function, register.Address, new RegisterCoding(register.Type!, register.Order, register.FloatScale), faces[i]);
            if (register.Scale != null)
            {
                // The finest exponent: each count is shown.
                int scale = register.Scale.Kind == "expected" ? register.Scale.Expected : register.Scale.ExponentMin;
                tables.PutRegisters(register.Function, register.Scale.Address, isWritable: false, (ushort)scale);
            }
        }
        return tables;
    }

    private Dlt645Device Dlt645(MeterSheet sheet, string address, LineSetting setting, DialFace[] faces, Random random)
    {
        Dlt645Device device = new(address, sheet.Bus!.Kind == "dlt645-1997")
        {
            Setting = setting, TurnaroundMicroseconds = TurnaroundMicroseconds, Faces = faces, WakeUps = random.Next(5), EndsWithFF = random.Next(2) == 0,
        };
        foreach (SheetRegister sample in sheet.Samples)
        {
            byte[] digits = Checks.Decimals(random.Next(1, 5000), sample.Bytes);
            if (sample.Di != null)
                device.Put(sample.Di, () => digits);
        }
        foreach (string di in sheet.Registers.Select(register => register.Di!).Distinct())
        {
            (SheetRegister Register, DialFace Face)[] parts = [.. sheet.Registers.Zip(faces).Where(part => part.First.Di == di)];
            byte[] content = new byte[parts.Max(part => part.Register.Offset + part.Register.Bytes)];
            device.Put(di, () =>
            {
                foreach ((SheetRegister register, DialFace face) in parts)
                    Checks.Decimals(face.Now, register.Bytes).CopyTo(content, register.Offset);
                return [.. content];
            });
        }
        return device;
    }

    private Cjt188Device Cjt188(MeterSheet sheet, string address, LineSetting setting, DialFace[] faces)
    {
        SheetBus bus = sheet.Bus!;
        Cjt188Device device = new(Convert.FromHexString(bus.MeterType)[0], address, bus.DiOrder.ToLowerInvariant() == "901f", bus.UnitFirst)
        {
            Setting = setting, TurnaroundMicroseconds = TurnaroundMicroseconds, Faces = faces,
        };
        for (int i = 0; i < faces.Length; i++)
            device.Put(sheet.Registers[i].Field, Convert.FromHexString(sheet.Registers[i].UnitCode!)[0], faces[i]);
        return device;
    }

    private MBusDevice MBus(MeterSheet sheet, string address, LineSetting setting, DialFace[] faces, Random random)
    {
        string[] parts = address.Split('/');
        string serial = parts.Length == 2 ? Digits(parts[1], 8) : random.Next(100_000_000).ToString("00000000", CultureInfo.InvariantCulture);
        byte medium = sheet.Carrier switch { "electricity" => 2, "gas" => 3, "heat" => 4, _ => 7 };
        MBusDevice device = new(Number(parts[0], 0, 250), serial, medium) { Setting = setting, TurnaroundMicroseconds = TurnaroundMicroseconds, Faces = faces };
        bool isDecimal = random.Next(2) == 0;
        for (int i = 0; i < faces.Length; i++)
        {
            SheetRegister register = sheet.Registers[i];
            device.Put(register.Quantity!, register.Storage, register.Tariff, register.Exponent, 4, isDecimal, faces[i]);
        }
        return device;
    }

    private static byte Number(string text, int min, int max)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < min || number > max)
            throw new FormatException($"'{text}' is no address of this meter: a number from {min} to {max}");
        return (byte)number;
    }

    private static string Digits(string text, int count)
    {
        if (text.Length > count || text.Length == 0 || !text.All(char.IsAsciiDigit))
            throw new FormatException($"'{text}' is no address of this meter: up to {count} digits");
        return text.PadLeft(count, '0');
    }
}
