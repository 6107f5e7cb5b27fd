using System.Buffers.Binary;

namespace EdgeMeters.HostNode.Gpio;

/// <summary>One frame of the GPIO wire: pins of a bench carried to a node over a Unix domain stream socket.</summary>
/// <remarks>
/// The bench listens, because wires outlive a node; it speaks, the node only listens. After connecting come one Hello, one Level for each pin
/// that has a wire, then Edge and Beat frames in the order of time. Edges that happen while the node is not connected are lost to it, as on
/// real wires. A frame has 12 bytes, little-endian:
/// <code>
/// offset  size  Hello                     Level               Edge                 Beat
///      0     1  1                         2                   3                    4
///      1     1  version, 1                0 low, 1 high       0 low, 1 high        0
///      2     2  number of Level frames    pin                 pin                  0
///      4     8  microseconds of the bench's own time, never negative, never falling within a connection
/// </code>
/// </remarks>
public readonly record struct GpioWireFrame(GpioWireKind Kind, byte Detail, ushort Pin, long Microseconds)
{
    public const int Bytes = 12;

    public const byte Version = 1;

    /// <summary>Some 36,000 years: room to add to it without overflow.</summary>
    public const long MicrosecondsMax = 1L << 60;

    /// <summary>A beat comes at least so often while the bench runs, so that a node knows how long the present levels have stood.</summary>
    public const int BeatMs = 20;

    /// <summary>The level of a Level or an Edge.</summary>
    public bool IsHigh => Detail == 1;

    public void Write(Span<byte> target)
    {
        target[0] = (byte)Kind;
        target[1] = Detail;
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], Pin);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], Microseconds);
    }

    /// <summary>False for bytes that are no frame of this version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out GpioWireFrame frame)
    {
        frame = new GpioWireFrame(
            (GpioWireKind)source[0],
            source[1],
            BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[4..]));
        bool isSound = frame.Kind switch
        {
            GpioWireKind.Hello => frame.Detail == Version && frame.Pin <= SimulatedGpioDriver.PinsMax,
            GpioWireKind.Level or GpioWireKind.Edge => frame.Detail <= 1 && frame.Pin < SimulatedGpioDriver.PinsMax,
            GpioWireKind.Beat => frame.Detail == 0 && frame.Pin == 0,
            _ => false,
        };
        return isSound && frame.Microseconds is >= 0 and <= MicrosecondsMax;
    }
}
