using EdgeMeters.Field.Line;
using EdgeMeters.Field.Read;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Field.FaceCheck;

/// <summary>What lies around a register in its meter: what the display may show instead of it.</summary>
internal sealed class FaceSurroundings(LineSession session, ProfileMeter meter)
{
    private const int Tries = 2;

    /// <summary>The smallest step of a register in base units: a count, or what a float of its size can tell.</summary>
    public decimal StepUnits(int point)
    {
        decimal step = meter.BaseUnits(point, 1);
        if (meter.Points[point] is not ModbusPoint modbus || NumberOf(point, modbus) is not { } number)
            return step;
        return number.TryRead(Words(modbus, 0, RegisterDecoder.WordsOf(modbus.Type)) ?? [], 0) is { } read
            ? Math.Max(step, read.Step * number.UnitsPerNumber)
            : step;
    }

    public IReadOnlyList<FaceHypothesis> Hypotheses(int point, string unit)
    {
        List<FaceHypothesis> found = [.. OtherRegisters(point)];
        if (meter.Points[point] is ModbusPoint modbus)
        {
            int own = RegisterDecoder.WordsOf(modbus.Type);
            byte[] before = Nearest(modbus, size => (modbus.Address - size, size), modbus.Address);
            byte[] itself = Words(modbus, 0, own) ?? [];
            int behindMax = 65_536 - modbus.Address - own;
            byte[] behind = Nearest(modbus, size => (modbus.Address + own, size), behindMax);
            if (itself.Length > 0 && NumberOf(point, modbus) is { } number)
                found.AddRange(ModbusHypotheses.From([.. before, .. itself, .. behind], before.Length, number));
        }
        else
        {
            found.AddRange(OtherRecords(unit));
        }
        return found;
    }

    private IEnumerable<FaceHypothesis> OtherRegisters(int point)
    {
        for (int i = 0; i < meter.Points.Count; i++)
        {
            var other = meter.Profile.Registers[i].Scale;
            if (i == point || meter.Results[i] != BusResult.Ok || other.Unit != meter.Profile.Registers[point].Scale.Unit)
                continue;
            yield return new FaceHypothesis(
                FaceFault.Neighbour,
                $"another register: the display shows {other.Obis}",
                $"leaf on to the right page of the display, or check --register {other.Obis}",
                meter.BaseUnits(i, meter.Registers[i]),
                meter.BaseUnits(i, 1));
        }
    }

    /// <summary>What else an M-Bus or CJ/T 188 meter gives, and the tariffs of a DL/T 645 meter.</summary>
    private IEnumerable<FaceHypothesis> OtherRecords(string unit)
    {
        MeterTable table = meter.Table;
        RawMeter[] meters = table.Protocol switch
        {
            BusProtocol.MBus => [new RawMBus(table)],
            BusProtocol.Cjt188 => [new RawCjt188(table, Metering.Bus.Cjt188.Cjt188Frame.Current)],
            BusProtocol.Dlt645 => [.. Dlt645Format.Usual.Take(2).Select(i => new RawDlt645(table, i))],
            _ => [],
        };
        foreach (RawMeter raw in meters)
        {
            if (session.Ask(raw, Tries, out _) != BusResult.Ok)
                continue;
            foreach (ReadRow row in raw.Rows().Where(r => r.IsNumber && r.Unit != null))
            {
                decimal number = decimal.Parse(row.Shown!, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);
                if (FaceReading.Convert(number, row.Unit!) is { } converted && converted.Unit == unit)
                {
                    yield return new FaceHypothesis(
                        FaceFault.Neighbour,
                        $"another register: the display shows \"{row.Register}\"",
                        "leaf on to the right page of the display, or choose that register in the profile",
                        converted.BaseUnits,
                        0);
                }
            }
        }
    }

    private ModbusNumber? NumberOf(int point, ModbusPoint modbus) => modbus.Scale == ScaleKind.PowerOfTen
        ? null
        : new ModbusNumber(modbus.Address, modbus.Type, modbus.Order, modbus.FloatScale, meter.BaseUnits(point, 1));

    /// <summary>As many registers beside the own as the meter gives at once.</summary>
    private byte[] Nearest(ModbusPoint modbus, Func<int, (int Address, int Quantity)> place, int most)
    {
        for (int size = ModbusHypotheses.NeighbourRegistersMax; size > 0; size /= 2)
        {
            (int address, int quantity) = place(size);
            if (size <= most && Words(modbus, address - modbus.Address, quantity) is { } words)
                return words;
        }
        return [];
    }

    private byte[]? Words(ModbusPoint modbus, int distance, int quantity)
    {
        RawModbus raw = new(meter.Table, modbus.Function, (ushort)(modbus.Address + distance), quantity, new WordFormat("u16", WordOrder.Abcd));
        return session.Ask(raw, Tries, out _) == BusResult.Ok ? raw.Content : null;
    }
}
