using System.Buffers.Binary;

namespace EdgeMeters.Bench.Meters;

/// <summary>A meter in the frames of wired M-Bus (EN 13757-2 and -3): primary address, secondary selection, one telegram or several.</summary>
/// <remarks>
/// SND_NKE (40), REQ_UD2 (5B, 7B) with the frame count bit: the same bit again means that the answer was lost, and the same answer is sent again.
/// Selection by SND_UD with CI 52 to address 253, with wildcards F for digits and FF for bytes. To every other frame it is silent.
/// </remarks>
public sealed class MBusDevice : BusDevice
{
    private const byte SelectedAddress = 253;
    private const byte AnyAnswering = 254;
    private const byte Acknowledge = 0xE5;

    private readonly byte _address;
    private readonly byte _version;
    private readonly byte _medium;
    private readonly ushort _manufacturer;
    private readonly List<(byte[] Head, int Bytes, bool IsDecimal, DialFace Face)> _records = [];
    private byte[] _identification;
    private bool _isSelected;
    private int _frameCountBit = -1;
    private byte _accesses;
    private int _telegram;
    private byte[] _latest = [];

    /// <param name="address">Primary, 0 to 250.</param>
    /// <param name="serial">Eight digits.</param>
    /// <param name="medium">EN 13757-3, table 3: 2 electricity, 4 heat, 7 water, 3 gas.</param>
    public MBusDevice(byte address, string serial, byte medium, ushort manufacturer = 0x15B5, byte version = 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address, 250);
        _address = address;
        _identification = Dlt645Device.ReversedBytes(serial, 4);
        _medium = medium;
        _manufacturer = manufacturer;
        _version = version;
    }

    public override string Name => $"mbus {_address}";

    /// <summary>Records in one telegram; the others come with the next requests.</summary>
    public int RecordsPerTelegramMax { get; init; } = 16;

    /// <summary>Puts a record that shows a dial.</summary>
    /// <param name="quantity">energy-wh, energy-j or volume.</param>
    /// <param name="exponent">Of ten: of Wh, J or m³.</param>
    /// <param name="bytes">4, 6 or 8 for binary, and 4 or 6 for decimal digits.</param>
    public void Put(string quantity, int storage, int tariff, int exponent, int bytes, bool isDecimal, DialFace face)
    {
        byte unit = quantity switch
        {
            "energy-wh" => (byte)(exponent + 3),
            "energy-j" => (byte)(0x08 + exponent),
            "volume" => (byte)(0x10 + exponent + 6),
            _ => throw new ArgumentException($"'{quantity}' is no quantity: energy-wh, energy-j or volume", nameof(quantity)),
        };
        if (unit >> 3 != Array.IndexOf(["energy-wh", "energy-j", "volume"], quantity))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "is none that a VIF has for it");
        byte coding = (bytes, isDecimal) switch
        {
            (4, true) => 0x0C,
            (6, true) => 0x0E,
            (4, false) => 0x04,
            (6, false) => 0x06,
            _ => 0x07,
        };
        List<byte> head = [(byte)(coding | ((storage & 1) << 6))];
        // Each extension carries four more bits of the storage number and two of the tariff.
        for ((storage, int left) = (storage >> 1, tariff); storage > 0 || left > 0; storage >>= 4, left >>= 2)
        {
            head[^1] |= 0x80;
            head.Add((byte)((storage & 0x0F) | ((left & 0x03) << 4)));
        }
        head.Add(unit);
        _records.Add(([.. head], bytes, isDecimal, face));
    }

    /// <summary>A general application error (CI 70): EN 13757-3, 6.6.</summary>
    public override byte[] Refusal(ReadOnlySpan<byte> request, byte code) => LongFrame(0x08, _address, 0x70, code);

    public override byte[] Foreign(ReadOnlySpan<byte> request, byte[] answer, Random random)
    {
        if (answer.Length < 6)
            return answer;
        byte[] foreign = [.. answer];
        foreign[5] = (byte)((foreign[5] + 1 + random.Next(200)) % 251);
        if (foreign.Length > 12)
            foreign[7] ^= 0x11;
        foreign[^2] = Checks.Sum(foreign.AsSpan(4, foreign.Length - 6));
        return foreign;
    }

    public override void Exchange(Random random)
    {
        base.Exchange(random);
        _identification = Checks.Decimals(random.Next(100_000_000), 4);
    }

    protected override byte[]? Answer(ReadOnlySpan<byte> request)
    {
        if (request.Length == 5 && request[0] == 0x10)
            return IsFor(request[2]) ? AnswerShort(request[1], request[2]) : null;
        bool isSelection = request.Length == 17 && request[0] == 0x68 && request[3] == 0x68 && request[1] == 11
            && request[4] is 0x53 or 0x73 && request[5] == SelectedAddress && request[6] == 0x52;
        if (!isSelection)
            return null;
        _isSelected = IsMeant(request[7..15]);
        _frameCountBit = -1;
        return _isSelected ? [Acknowledge] : null;
    }

    private bool IsFor(byte address) => address == _address || address == AnyAnswering || (address == SelectedAddress && _isSelected);

    private byte[]? AnswerShort(byte control, byte address)
    {
        if (control == 0x40)
        {
            _isSelected &= address != SelectedAddress;
            _frameCountBit = -1;
            _telegram = 0;
            return [Acknowledge];
        }
        if (control is not (0x5B or 0x7B))
            return null;
        int bit = control >> 5 & 1;
        if (bit != _frameCountBit || _latest.Length == 0)
            _latest = NextTelegram();
        _frameCountBit = bit;
        return _latest;
    }

    private byte[] NextTelegram()
    {
        int telegrams = Math.Max(1, (_records.Count + RecordsPerTelegramMax - 1) / RecordsPerTelegramMax);
        List<byte> body = [.. _identification, (byte)_manufacturer, (byte)(_manufacturer >> 8), _version, _medium, _accesses++, 0, 0, 0];
        foreach ((byte[] head, int bytes, bool isDecimal, DialFace face) in _records.Skip(_telegram * RecordsPerTelegramMax).Take(RecordsPerTelegramMax))
        {
            body.AddRange(head);
            long number = face.Now / face.Grain;
            byte[] binary = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(binary, number);
            body.AddRange(isDecimal ? Checks.Decimals(number, bytes) : binary[..bytes]);
        }
        _telegram = (_telegram + 1) % telegrams;
        // DIF 1F: more follows in the next telegram.
        if (_telegram != 0)
            body.Add(0x1F);
        return LongFrame(0x08, _address, 0x72, [.. body]);
    }

    /// <summary>EN 13757-3, 11.3: digits F of the number and bytes FF of the rest stand for any.</summary>
    private bool IsMeant(ReadOnlySpan<byte> mask)
    {
        for (int i = 0; i < 4; i++)
        {
            bool isLowMeant = (mask[i] & 0x0F) == 0x0F || (mask[i] & 0x0F) == (_identification[i] & 0x0F);
            bool isHighMeant = mask[i] >> 4 == 0x0F || mask[i] >> 4 == _identification[i] >> 4;
            if (!isLowMeant || !isHighMeant)
                return false;
        }
        ReadOnlySpan<byte> rest = [(byte)_manufacturer, (byte)(_manufacturer >> 8), _version, _medium];
        for (int i = 0; i < rest.Length; i++)
        {
            if (mask[4 + i] != 0xFF && mask[4 + i] != rest[i])
                return false;
        }
        return true;
    }

    private static byte[] LongFrame(byte control, byte address, byte controlInformation, params ReadOnlySpan<byte> body)
    {
        byte length = (byte)(3 + body.Length);
        byte[] content = [control, address, controlInformation, .. body];
        return [0x68, length, length, 0x68, .. content, Checks.Sum(content), 0x16];
    }
}
