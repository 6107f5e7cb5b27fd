using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;

namespace EdgeMeters.Field.Write;

/// <summary>The permission for one write to a Modbus meter, and its frames (Modbus Application Protocol V1.1b3, 6.5, 6.6, 6.11, 6.12).</summary>
/// <remarks>
/// It is here and not with the protocol, so that no node has code that writes to a meter. It is used up by the first request, whatever becomes of
/// that: a write that was not answered may have been carried out, so none is ever repeated. The answer proves that the meter has heard the
/// request, and over an adapter that hears itself not even that: only reading the registers again tells what they hold.
/// </remarks>
internal sealed class ModbusWrite : BusMeter
{
    public const byte WriteCoil = 5;
    public const byte WriteRegister = 6;
    public const byte WriteCoils = 15;
    public const byte WriteRegisters = 16;

    /// <summary>Registers that one write may hold: what one request on a line has room for.</summary>
    public const int RegistersMax = 32;

    private const int AnswerBytes = 8;

    private readonly byte[] _request;
    private bool _isUsed;

    /// <param name="unit">1 to 247: a write to all meters is not to be had.</param>
    /// <param name="function">5, 6, 15 or 16.</param>
    /// <param name="quantity">Coils or registers; 1 for functions 5 and 6.</param>
    /// <param name="content">
    /// Functions 6 and 16: two bytes a register, most significant first. Function 5: FF 00 or 00 00. Function 15: eight coils a byte, the first in
    /// the lowest bit.
    /// </param>
    public ModbusWrite(byte unit, byte function, ushort address, int quantity, byte[] content)
        : base(new MeterTable { Address = new byte[] { unit } })
    {
        bool isSingle = function <= WriteRegister;
        bool isCoils = function == WriteCoils;
        if (unit < 1 || unit > 247 || function != WriteCoil && function != WriteRegister && !isCoils && function != WriteRegisters
            || quantity < 1 || quantity > (isSingle ? 1 : isCoils ? 16 * RegistersMax : RegistersMax)
            || content.Length != (isCoils ? (quantity + 7) / 8 : 2 * quantity))
            throw new ArgumentException("no write of Modbus to one meter");
        int at = isSingle ? 4 : 7;
        _request = new byte[at + content.Length + 2];
        _request[0] = unit;
        _request[1] = function;
        _request[2] = (byte)(address >> 8);
        _request[3] = (byte)address;
        if (!isSingle)
        {
            _request[4] = (byte)(quantity >> 8);
            _request[5] = (byte)quantity;
            _request[6] = (byte)content.Length;
        }
        Array.Copy(content, 0, _request, at, content.Length);
        ushort crc = Crc16.Compute(_request, 0, at + content.Length);
        _request[at + content.Length] = (byte)crc;
        _request[at + content.Length + 1] = (byte)(crc >> 8);
        AnswerBytesMax = AnswerBytes;
    }

    public override bool IsDoubtful
    {
        get { return false; }
    }

    public override bool AnswersLikeRequest
    {
        get { return _request[1] <= WriteRegister; }
    }

    public override void Begin(int turnaroundMs)
    {
    }

    /// <exception cref="InvalidOperationException">It was written once already.</exception>
    public override int WriteRequest(int request, int shape, byte[] frame)
    {
        if (_isUsed)
            throw new InvalidOperationException("a permission is for one write");
        _isUsed = true;
        Array.Copy(_request, 0, frame, 0, _request.Length);
        return _request.Length;
    }

    public override BusResult Judge(byte[] frame, int count)
    {
        if (count < 2)
            return BusResult.Incomplete;
        if (frame[0] != _request[0])
            return BusResult.WrongMeter;
        bool isException = frame[1] == (_request[1] | 0x80);
        if (!isException && frame[1] != _request[1])
            return BusResult.WrongFunction;
        FrameBytes = isException ? ModbusFrame.ExceptionAnswerBytes : AnswerBytes;
        if (count < FrameBytes)
            return BusResult.Incomplete;
        if ((frame[FrameBytes - 2] | (frame[FrameBytes - 1] << 8)) != Crc16.Compute(frame, 0, FrameBytes - 2))
            return BusResult.BadChecksum;
        RefusalCode = frame[2];
        for (int i = 2; i < 6 && !isException; i++)
        {
            if (frame[i] != _request[i])
                return BusResult.WrongRegister;
        }
        if (count > FrameBytes)
            return BusResult.WrongLength;
        return isException ? BusResult.Refused : BusResult.Ok;
    }

    public override void Keep(int request, byte[] frame)
    {
    }

    /// <returns>Always <see cref="BusResult.Absent"/>: a write reads nothing.</returns>
    public override BusResult Take(int point, out long register)
    {
        register = 0;
        return BusResult.Absent;
    }
}
