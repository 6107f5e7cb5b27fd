namespace EdgeMeters.Bench.Meters;

/// <summary>An electricity meter in the frames of DL/T 645, edition 2007 or 1997.</summary>
/// <remarks>
/// Reads (11, in 1997: 01) with the frames that follow (12, 02) where an answer has no room, address query (13), wildcard bytes AA in an address,
/// errors for what it does not have and for every write. Broadcasts, the time among them, it takes in silence.
/// </remarks>
public sealed class Dlt645Device : BusDevice
{
    private const int AddressBytes = 6;
    private const int DataAt = 10;
    private const byte Shift = 0x33;
    private const byte Answered = 0x80;
    private const byte Refused = 0xC0;
    private const byte MoreFollows = 0x20;

    /// <summary>Error word bit 1: the data that was asked for is not there; bit 2: password wrong or not authorised.</summary>
    private const byte NoSuchItem = 2;
    private const byte NotAuthorised = 4;

    private readonly byte[] _address;
    private readonly bool _isOf1997;
    private readonly Dictionary<string, Func<byte[]>> _items = [];
    private byte[] _rest = [];
    private byte _sequence;

    /// <param name="address">Twelve digits, the most significant first, as on the meter's plate.</param>
    public Dlt645Device(string address, bool isOf1997 = false)
    {
        _address = ReversedBytes(address, AddressBytes);
        _isOf1997 = isOf1997;
    }

    public override string Name => $"dlt645{(_isOf1997 ? "-1997" : "")} {Convert.ToHexString([.. _address.Reverse()])}";

    /// <summary>FE bytes before each answer, 0 to 4.</summary>
    public int WakeUps { get; init; }

    /// <summary>Some meters send FF after the 16 that ends a frame.</summary>
    public bool EndsWithFF { get; init; }

    /// <summary>Bytes of data, besides the identifier, that one answer carries; what is more follows in others.</summary>
    public int BlockBytesMax { get; init; } = 192;

    /// <summary>Puts what is read under an identifier.</summary>
    /// <param name="identifier">As it is printed, 8 digits in 2007, 4 in 1997.</param>
    /// <param name="bytes">As they go over the line, without the shift.</param>
    public void Put(string identifier, Func<byte[]> bytes) => _items[identifier.ToUpperInvariant()] = bytes;

    public override byte[] Refusal(ReadOnlySpan<byte> request, byte code) => Frame((byte)((request[8] & 0x1F) | Refused), code);

    public override byte[] Foreign(ReadOnlySpan<byte> request, byte[] answer, Random random)
    {
        byte[] foreign = [.. answer.SkipWhile(b => b == 0xFE)];
        int end = 12 + foreign[9];
        foreign[1] ^= (byte)random.Next(1, 8);
        for (int i = DataAt + 4; i < end - 2; i++)
            foreign[i] = (byte)(Shift + random.Next(10));
        foreign[end - 2] = Checks.Sum(foreign.AsSpan(0, end - 2));
        return foreign;
    }

    protected override byte[]? Answer(ReadOnlySpan<byte> request)
    {
        if (request.Length < 12 || request[0] != 0x68 || request[7] != 0x68 || request.Length != 12 + request[9])
            return null;
        for (int i = 0; i < AddressBytes; i++)
        {
            if (request[1 + i] != 0xAA && request[1 + i] != _address[i])
                return null;
        }
        byte[] asked = request[DataAt..^2].ToArray();
        for (int i = 0; i < asked.Length; i++)
            asked[i] -= Shift;
        byte control = request[8];
        int identifierBytes = _isOf1997 ? 2 : 4;
        if (control == (_isOf1997 ? 0x01 : 0x11) && asked.Length >= identifierBytes)
            return Read(control, asked[..identifierBytes]);
        if (control == (_isOf1997 ? 0x02 : 0x12) && asked.Length >= identifierBytes)
            return ReadNext(control, asked);
        if (control == 0x13 && !_isOf1997 && asked.Length == 0)
            return Frame(0x93, _address);
        // 08 is the broadcast time, answered by nobody; answers of other meters are no requests.
        if (control == 0x08 || control >= Answered)
            return null;
        return Frame((byte)(control | Refused), NotAuthorised);
    }

    private byte[] Read(byte control, byte[] identifier)
    {
        string printed = Convert.ToHexString([.. identifier.Reverse()]);
        if (!_items.TryGetValue(printed, out Func<byte[]>? item))
            return Frame((byte)(control | Refused), NoSuchItem);
        _rest = item();
        _sequence = 0;
        return Block(control, identifier);
    }

    private byte[] ReadNext(byte control, byte[] asked)
    {
        int identifierBytes = _isOf1997 ? 2 : 4;
        if (_rest.Length == 0 || (!_isOf1997 && (asked.Length != 5 || asked[4] != (byte)(_sequence + 1))))
            return Frame((byte)(control | Refused), NoSuchItem);
        _sequence++;
        return Block(control, asked[..identifierBytes]);
    }

    /// <summary>As much of what is left as has room; in 2007 a frame that follows ends with its number.</summary>
    private byte[] Block(byte control, byte[] identifier)
    {
        int bytes = Math.Min(_rest.Length, BlockBytesMax);
        byte[] sent = _rest[..bytes];
        _rest = _rest[bytes..];
        byte answer = (byte)(control | Answered | (_rest.Length > 0 ? MoreFollows : 0));
        return _sequence == 0 || _isOf1997 ? Frame(answer, [.. identifier, .. sent]) : Frame(answer, [.. identifier, .. sent, _sequence]);
    }

    private byte[] Frame(byte control, params ReadOnlySpan<byte> content)
    {
        byte[] frame = [0x68, .. _address, 0x68, control, (byte)content.Length, .. content];
        for (int i = DataAt; i < frame.Length; i++)
            frame[i] += Shift;
        byte[] wakeUps = new byte[WakeUps];
        Array.Fill(wakeUps, (byte)0xFE);
        byte[] fill = EndsWithFF ? [0xFF] : [];
        return [.. wakeUps, .. frame, Checks.Sum(frame), 0x16, .. fill];
    }

    internal static byte[] ReversedBytes(string digits, int bytes)
    {
        byte[] reversed = Convert.FromHexString(digits);
        if (reversed.Length != bytes)
            throw new ArgumentException($"'{digits}' is no address: it has {2 * bytes} digits", nameof(digits));
        Array.Reverse(reversed);
        return reversed;
    }
}
