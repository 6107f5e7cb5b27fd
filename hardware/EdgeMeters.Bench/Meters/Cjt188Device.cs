namespace EdgeMeters.Bench.Meters;

/// <summary>A water, gas or heat meter in the frames of CJ/T 188-2004, with the habits of vendors.</summary>
/// <remarks>
/// Water and gas answer 901F with the total, the settlement day's total, time and status; heat with the settlement day's heat, heat, power, flow,
/// volume, both temperatures, hours, time and status. Each number is four bytes BCD beside its unit.
/// </remarks>
public sealed class Cjt188Device : BusDevice
{
    private const int AddressBytes = 7;
    private const byte HeatTypeFirst = 0x20;
    private const byte HeatTypeLast = 0x2F;

    private readonly byte _type;
    private readonly byte[] _address;
    private readonly bool _isPrintedOrder;
    private readonly bool _isUnitFirst;
    private readonly (DialFace? Face, byte UnitCode)[] _fields;

    /// <param name="meterType">10 cold water, 11 hot water, 20 heat, 30 gas.</param>
    /// <param name="address">Fourteen digits, the most significant first.</param>
    /// <param name="isPrintedOrder">True for a vendor who sends 90 1F; the usual is 1F 90.</param>
    /// <param name="isUnitFirst">True for a vendor who sends the unit before its number.</param>
    public Cjt188Device(byte meterType, string address, bool isPrintedOrder = false, bool isUnitFirst = false)
    {
        _type = meterType;
        _address = Dlt645Device.ReversedBytes(address, AddressBytes);
        _isPrintedOrder = isPrintedOrder;
        _isUnitFirst = isUnitFirst;
        // kWh kWh kW m³/h m³, or m³ m³: what an empty place says.
        _fields = IsHeat ? [(null, 0x05), (null, 0x05), (null, 0x17), (null, 0x35), (null, 0x2C)] : [(null, 0x2C), (null, 0x2C)];
    }

    public override string Name => $"cjt188 {_type:X2} {Convert.ToHexString([.. _address.Reverse()])}";

    /// <summary>FE bytes before each answer.</summary>
    public int WakeUps { get; init; } = 2;

    private bool IsHeat => _type is >= HeatTypeFirst and <= HeatTypeLast;

    /// <summary>Puts a dial in the place of a number: 0 is the first of the answer.</summary>
    public void Put(int field, byte unitCode, DialFace face) => _fields[field] = (face, unitCode);

    public override byte[] Refusal(ReadOnlySpan<byte> request, byte code) =>
        Frame((byte)((request[9] & 0x3F) | 0xC0), request[13 % request.Length], code, 0);

    public override byte[] Foreign(ReadOnlySpan<byte> request, byte[] answer, Random random)
    {
        byte[] foreign = [.. answer.SkipWhile(b => b == 0xFE)];
        foreign[2] ^= (byte)random.Next(1, 8);
        if (foreign.Length > 20)
            foreign[14 + random.Next(4)] = (byte)random.Next(10);
        foreign[^2] = Checks.Sum(foreign.AsSpan(0, foreign.Length - 2));
        return foreign;
    }

    protected override byte[]? Answer(ReadOnlySpan<byte> request)
    {
        if (request.Length < 16 || request[0] != 0x68 || request.Length != 13 + request[10] || (request[1] != 0xAA && request[1] != _type))
            return null;
        for (int i = 0; i < AddressBytes; i++)
        {
            if (request[2 + i] != 0xAA && request[2 + i] != _address[i])
                return null;
        }
        byte control = request[9];
        if (control >= 0x80)
            return null;
        ReadOnlySpan<byte> identifier = request[11..13];
        byte series = request[13];
        byte[] current = _isPrintedOrder ? [0x90, 0x1F] : [0x1F, 0x90];
        if (control == 0x01 && identifier.SequenceEqual(current))
            return Frame(0x81, [.. current, series, .. Numbers()]);
        byte[] address = _isPrintedOrder ? [0x81, 0x0A] : [0x0A, 0x81];
        if (control == 0x03 && identifier.SequenceEqual(address))
            return Frame(0x83, [.. address, series]);
        return Frame((byte)((control & 0x3F) | 0xC0), series, 0, 0);
    }

    private byte[] Numbers()
    {
        List<byte> bytes = [];
        foreach ((DialFace? face, byte unitCode) in _fields)
        {
            byte[] number = Checks.Decimals(face == null ? 0 : face.Now / face.Grain, 4);
            bytes.AddRange(_isUnitFirst ? [unitCode, .. number] : [.. number, unitCode]);
        }
        if (IsHeat)
        {
            // 55.50 and 40.20 °C, 1234 hours: two temperatures and a time that stand still.
            bytes.AddRange([0x50, 0x55, 0x00, 0x20, 0x40, 0x00, 0x34, 0x12, 0x00]);
        }
        // 15 January 2027, 10:15:30, and a status in which nothing is wrong.
        bytes.AddRange([0x30, 0x15, 0x10, 0x15, 0x01, 0x27, 0x20, 0x00, 0x00]);
        return [.. bytes];
    }

    private byte[] Frame(byte control, params ReadOnlySpan<byte> content)
    {
        byte[] frame = [0x68, _type, .. _address, control, (byte)content.Length, .. content];
        byte[] wakeUps = new byte[WakeUps];
        Array.Fill(wakeUps, (byte)0xFE);
        return [.. wakeUps, .. frame, Checks.Sum(frame), 0x16];
    }
}
