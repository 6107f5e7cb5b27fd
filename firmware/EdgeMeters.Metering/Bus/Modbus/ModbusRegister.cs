using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;

namespace EdgeMeters.Metering.Bus.Modbus;

/// <summary>One cumulative register of a Modbus meter, as the source of a channel.</summary>
public sealed class ModbusRegister : IRegisterSource
{
    /// <summary>Tries at an interval's end. A second one covers a disturbed frame; a dead meter must not cost the others their time.</summary>
    private const int TriesMax = 2;

    /// <summary>The meter answered well, but with what is no number: NaN, infinity, more than 63 bits.</summary>
    public const int NotANumber = 100;

    /// <summary>The line itself is gone: an adapter unplugged, a port not to be opened. The other lines go on.</summary>
    public const int LineGone = 101;

    private readonly ModbusClient _client;
    private readonly byte _unit;
    private readonly byte _function;
    private readonly ushort _address;
    private readonly RegisterType _type;
    private readonly WordOrder _order;
    private readonly int _floatScale;
    private readonly byte[] _words = new byte[8];

    /// <param name="client">Owner of the meter's line.</param>
    /// <param name="unit">Unit address, 1 to 247.</param>
    /// <param name="function">3 holding, 4 input registers.</param>
    /// <param name="address">Wire address, from 0.</param>
    /// <param name="type">How the number is coded.</param>
    /// <param name="order">Order of its bytes.</param>
    /// <param name="floatScale">Raw counts in one unit of a floating-point register: 1000 turns kWh into Wh. 1 for integers.</param>
    public ModbusRegister(
        ModbusClient client, byte unit, byte function, ushort address, RegisterType type, WordOrder order, int floatScale)
    {
        _client = client;
        _unit = unit;
        _function = function;
        _address = address;
        _type = type;
        _order = order;
        _floatScale = floatScale;
    }

    /// <summary>A <see cref="ModbusResult"/>, <see cref="NotANumber"/> or <see cref="LineGone"/>.</summary>
    public int LastError { get; private set; }

    public bool TryRead(out long register)
    {
        try
        {
            return TryReadLine(out register);
        }
        catch (DeviceException)
        {
            LastError = LineGone;
            register = 0;
            return false;
        }
    }

    private bool TryReadLine(out long register)
    {
        register = 0;
        int quantity = RegisterDecoder.WordsOf(_type);
        for (int attempt = 0; attempt < TriesMax; attempt++)
        {
            ModbusResult result = _client.ReadRegisters(_unit, _function, _address, quantity, _words);
            LastError = (int)result;
            if (result == ModbusResult.Ok)
            {
                if (RegisterDecoder.TryDecode(_words, _type, _order, _floatScale, out register))
                    return true;
                LastError = NotANumber;
                return false;
            }
            if (result == ModbusResult.Exception || result == ModbusResult.Timeout || result == ModbusResult.Unsteady)
                return false;
        }
        return false;
    }
}
