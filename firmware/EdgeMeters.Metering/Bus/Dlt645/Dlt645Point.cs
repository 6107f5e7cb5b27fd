using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Bus.Dlt645;

/// <summary>A register of a DL/T 645 meter.</summary>
public sealed class Dlt645Point : IdentifierPoint
{
    public const int OffsetMax = 999;

    private const byte SignFlag = 0x10;

    public Dlt645Point()
    {
        Bytes = 4;
    }

    /// <summary>True where the top bit is a sign, as of combined energy; elsewhere 8 and 9 are digits like the others.</summary>
    public bool IsSigned { get; set; }

    public override bool IsOf(BusProtocol protocol)
    {
        return protocol == BusProtocol.Dlt645 || protocol == BusProtocol.Dlt645Of1997 && Identifier <= ushort.MaxValue;
    }

    public override void Write(ByteWriter writer)
    {
        writer.UInt32(Identifier);
        writer.VarUInt((ulong)Offset);
        writer.Byte((byte)(Bytes | (IsSigned ? SignFlag : 0)));
    }

    public override void Read(ByteReader reader)
    {
        Identifier = reader.UInt32();
        ulong offset = reader.VarUInt();
        Offset = offset > OffsetMax ? -1 : (int)offset;
        int flags = reader.Byte();
        IsSigned = (flags & SignFlag) != 0;
        Bytes = flags & ~SignFlag;
    }

    public override bool IsWithinLimits()
    {
        return Offset >= 0 && Offset <= OffsetMax && Bytes >= 1 && Bytes <= BytesMax;
    }

    public override BusResult Take(byte[] kept, int offset, byte variant, out long register)
    {
        return Bcd.TryRead(kept, offset, Bytes, IsSigned ? Bcd.SignBit : Bcd.Unsigned, out register) ? BusResult.Ok : BusResult.NotANumber;
    }
}
