using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Cjt188;
using EdgeMeters.Metering.Bus.Dlt645;
using EdgeMeters.Metering.Bus.MBus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Field.Read;

/// <summary>Finds the bytes of a register in the answers that it came from.</summary>
internal static class RawBytes
{
    /// <returns>Null when no answer holds them.</returns>
    public static byte[]? Of(BusPoint point, RecordingMeter meter) => point switch
    {
        ModbusPoint modbus => OfModbus(modbus, meter),
        Dlt645Point power => OfIdentifier(
            power, meter, SumFrame.PowerHeadBytes, Dlt645Meter.IdentifierBytesOf(meter.Table.Protocol), 0, Dlt645Frame.Bias),
        Cjt188Point flow => OfIdentifier(
            flow, meter, SumFrame.FlowHeadBytes, 2, Cjt188Frame.EchoedBytes - 2, 0),
        MBusPoint record => OfRecord(record, meter),
        _ => null,
    };

    private static byte[]? OfModbus(ModbusPoint point, RecordingMeter meter)
    {
        int bytes = 2 * RegisterDecoder.WordsOf(point.Type);
        foreach ((byte[] request, byte[] answer) in meter.Exchanges)
        {
            int from = 3 + 2 * (point.Address - ((request[2] << 8) | request[3]));
            if (request[1] == point.Function && from >= 3 && from + bytes <= answer.Length - 2)
                return answer[from..(from + bytes)];
        }
        return null;
    }

    private static byte[]? OfIdentifier(IdentifierPoint point, RecordingMeter meter, int head, int identifierBytes, int behind, byte bias)
    {
        foreach ((byte[] request, byte[] answer) in meter.Exchanges)
        {
            int carried = SumFrame.StartOf(answer, answer.Length) + head;
            uint low = 0;
            uint high = 0;
            for (int i = 0; i < identifierBytes && carried + i < answer.Length; i++)
            {
                uint b = (byte)(answer[carried + i] - bias);
                low |= b << (8 * i);
                high = (high << 8) | b;
            }
            int from = carried + identifierBytes + behind + point.Offset;
            // One variant of CJ/T 188 sends its identifier high byte first.
            if ((low == point.Identifier || high == point.Identifier) && from + point.Bytes <= answer.Length - 2)
                return [.. answer[from..(from + point.Bytes)].Select(b => (byte)(b - bias))];
        }
        return null;
    }

    private static byte[]? OfRecord(MBusPoint point, RecordingMeter meter)
    {
        MBusRecords records = new();
        foreach ((_, byte[] answer) in meter.Exchanges.Where(e => e.Answer.Length > MBusFrame.RecordsAt))
        {
            records.Start(answer, answer.Length);
            while (records.Next())
            {
                if (point.TryTake(records, out _, out _))
                    return answer[records.At..(records.At + records.Bytes)];
            }
        }
        return null;
    }
}
