using System.Numerics;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Profiles;

/// <summary>Asks of a profile what no schema can: that its registers are possible together, and that its goldens hold with the code that reads meters.</summary>
public static class ProfileCheck
{
    private const long BasePerHourMax = 1000000000000;

    /// <summary>All that is wrong; empty for a good profile.</summary>
    public static IReadOnlyList<string> FaultsOf(MeterProfile profile)
    {
        List<string> faults = [];
        foreach (RegisterProfile register in profile.Registers)
            CheckRegister(profile, register, faults);
        if (profile.Pulse != null)
            CheckScale(profile, profile.Pulse.Scale, faults);
        if (profile.Confidence == "nameplate" != (profile.Pulse != null))
            faults.Add("confidence: \"nameplate\" is for pulses, and for pulses there is no other");
        CheckPlaces(profile, faults);
        CheckGoldens(profile, faults);
        return faults;
    }

    private static void CheckRegister(MeterProfile profile, RegisterProfile register, List<string> faults)
    {
        string place = $"register {register.Scale.Obis}: ";
        CheckScale(profile, register.Scale, faults);
        if (!register.Point.IsOf(profile.Bus!.Protocol))
            faults.Add(place + "is no register of a " + MeterProfileLoader.KindOf(profile.Bus.Protocol) + " meter");
        Int128 countMax = CountMaxOf(register.Point);
        if (register.Scale.Modulus > countMax)
            faults.Add(place + $"modulus {register.Scale.Modulus} is more than the register can say: it has {countMax} counts");
    }

    private static void CheckScale(MeterProfile profile, RegisterScale scale, List<string> faults)
    {
        string place = $"register {scale.Obis}: ";
        byte[] code = new byte[ObisCode.Bytes];
        if (!ObisCode.TryParse(scale.Obis, code, 0) || !IsOfCarrier(profile.Carrier, code[0]))
            faults.Add(place + $"is no OBIS code of {profile.Carrier}");
        else if (scale.Unit != UnitOf(code[0], code[2]))
            faults.Add(place + $"is counted in {UnitOf(code[0], code[2])}, not in {scale.Unit}");
        if (!LayoutCodec.IsWithinLimits(scale.ChannelOf("X1")))
            faults.Add(place + "its scale is out of a layout's limits");
        if (BigInteger.GreatestCommonDivisor(scale.Numerator, scale.Denominator) != 1)
            faults.Add(place + $"numerator and denominator have a common divisor: reduce {scale.Numerator}/{scale.Denominator}");
        Int128 basePerHour = (Int128)scale.RateMaxPerHour * scale.Numerator / scale.Denominator;
        if (scale.RateMaxPerHour != 0 && (basePerHour < 1 || basePerHour > BasePerHourMax))
            faults.Add(place + $"rateMaxPerHour is {basePerHour} {scale.Unit} an hour: it is given in raw counts, check it");
    }

    private static bool IsOfCarrier(string carrier, byte medium) => carrier switch
    {
        "electricity" => medium == 1,
        "water" => medium is 8 or 9,
        "gas" => medium == 7,
        _ => medium is 5 or 6,
    };

    // IEC 62056-6-1: C is 3 and 4 for reactive energy; for heat and cold 1 energy, 2 volume.
    private static Unit UnitOf(byte medium, byte quantity) => medium switch
    {
        1 => quantity is 3 or 4 ? Unit.Varh : Unit.Wh,
        5 or 6 => quantity == 2 ? Unit.Litre : Unit.Wh,
        _ => Unit.Litre,
    };

    private static Int128 CountMaxOf(BusPoint point)
    {
        int digits = point switch
        {
            Dlt645Point dlt645 => 2 * dlt645.Bytes,
            Cjt188Point => 8,
            ModbusPoint { Type: RegisterType.Bcd16 } => 4,
            ModbusPoint { Type: RegisterType.Bcd32 } => 8,
            ModbusPoint { Type: RegisterType.Bcd48 } => 12,
            ModbusPoint { Type: RegisterType.Bcd64 } => 16,
            _ => 0,
        };
        if (digits > 0)
            return (Int128)BigInteger.Pow(10, digits);
        bool isScaled = point is not ModbusPoint modbus || modbus.Scale == ScaleKind.PowerOfTen
            || modbus.Type is RegisterType.F32 or RegisterType.F64;
        return isScaled ? long.MaxValue : (Int128)1 << (16 * RegisterDecoder.WordsOf(((ModbusPoint)point).Type));
    }

    private static void CheckPlaces(MeterProfile profile, List<string> faults)
    {
        List<(string Name, string Space, int From, int End)> places =
        [
            .. profile.Registers.SelectMany(r => PlacesOf("register " + r.Scale.Obis, r.Point)),
            .. profile.Samples.SelectMany(s => PlacesOf("sample " + s.Name, s.Point)),
        ];
        for (int i = 0; i < places.Count; i++)
        {
            if (profile.Bus!.Protocol == BusProtocol.Modbus && places[i].End - places[i].From > profile.Bus.RegistersPerReadMax)
                faults.Add($"{places[i].Name}: is longer than registersPerReadMax, {profile.Bus.RegistersPerReadMax}");
            for (int other = 0; other < i; other++)
            {
                if (places[i].Space == places[other].Space && places[i].From < places[other].End && places[other].From < places[i].End)
                    faults.Add($"{places[i].Name}: lies where {places[other].Name} lies");
            }
        }
    }

    // A scale register may serve several, and is not listed.
    private static IEnumerable<(string Name, string Space, int From, int End)> PlacesOf(string name, BusPoint point) => point switch
    {
        ModbusPoint modbus => [(name, modbus.Function.ToString(), modbus.Address, modbus.Address + RegisterDecoder.WordsOf(modbus.Type))],
        IdentifierPoint identified => [(name, identified.Identifier.ToString("X8"), identified.Offset, identified.Offset + identified.Bytes)],
        MBusPoint record => [(name, $"{record.Quantity} {record.Storage} {record.Tariff}", 0, 1)],
        _ => [],
    };

    private static void CheckGoldens(MeterProfile profile, List<string> faults)
    {
        string[] registers = [.. profile.Registers.Select(r => r.Scale.Obis), .. profile.Pulse == null ? [] : new[] { profile.Pulse.Scale.Obis }];
        foreach (string obis in registers.Where(o => !profile.Goldens.Any(g => !g.IsSample && g.Of == o)))
            faults.Add($"register {obis}: has no golden; add a request, its answer and what it means");
        for (int i = 0; i < profile.Goldens.Count; i++)
        {
            ProfileGolden golden = profile.Goldens[i];
            string place = $"goldens[{i}], {golden.Of}: ";
            RegisterScale? scale = golden.IsSample ? null : profile.ScaleOf(golden.Of);
            BusPoint? point = golden.IsSample
                ? profile.Samples.First(s => s.Name == golden.Of).Point
                : profile.Registers.FirstOrDefault(r => r.Scale.Obis == golden.Of)?.Point;
            string fault = point == null ? "" : GoldenExchange.FaultOf(profile.Bus!, point, golden);
            if (fault.Length > 0)
                faults.Add(place + fault);
            if (scale == null)
                continue;
            if ((Int128)golden.Raw * scale.Numerator / scale.Denominator != golden.Base)
                faults.Add(place + $"raw {golden.Raw} is {(Int128)golden.Raw * scale.Numerator / scale.Denominator} {scale.Unit}, not {golden.Base}");
            if (scale.Modulus != 0 && golden.Raw >= scale.Modulus)
                faults.Add(place + $"raw {golden.Raw} is not below the modulus, {scale.Modulus}");
        }
    }
}
