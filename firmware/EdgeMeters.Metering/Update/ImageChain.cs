using System;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Metering.Update;

/// <summary>The code of an image, made piece by piece: a node can judge an image that it never holds in memory as a whole.</summary>
/// <remarks>
/// Each step is HMAC-SHA-256 of the step before and the next piece, filled up with zeros; the first piece is the head, which states the length.
/// The platform's HMAC takes whole arrays only, so every message has the same length and one array serves all.
/// </remarks>
public sealed class ImageChain
{
    public const int PieceBytes = 4096;

    private readonly IImageMac _mac;
    private readonly byte[] _message = new byte[ImageHead.MacBytes + PieceBytes];
    private readonly byte[] _code = new byte[ImageHead.MacBytes];
    private int _filled;

    public ImageChain(IImageMac mac)
    {
        _mac = mac;
    }

    /// <summary>Begins with the head, in its encoded form.</summary>
    public void Start(byte[] head)
    {
        for (int i = 0; i < _code.Length; i++)
            _code[i] = 0;
        _filled = 0;
        Append(head, 0, ImageHead.Bytes);
        Step();
    }

    /// <summary>Continues with bytes of the application, in their order.</summary>
    public void Append(byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            int room = PieceBytes - _filled;
            int part = count < room ? count : room;
            Array.Copy(buffer, offset, _message, ImageHead.MacBytes + _filled, part);
            _filled += part;
            offset += part;
            count -= part;
            if (_filled == PieceBytes)
                Step();
        }
    }

    /// <summary>Ends the chain and writes the code.</summary>
    public void Finish(byte[] code)
    {
        if (_filled > 0)
            Step();
        Array.Copy(_code, 0, code, 0, ImageHead.MacBytes);
    }

    /// <summary>Ends the chain and compares, byte for byte whatever they are: the time taken tells a forger nothing.</summary>
    public bool FinishIs(byte[] code)
    {
        if (_filled > 0)
            Step();
        int difference = 0;
        for (int i = 0; i < ImageHead.MacBytes; i++)
            difference |= _code[i] ^ code[i];
        return difference == 0;
    }

    private void Step()
    {
        Array.Copy(_code, 0, _message, 0, ImageHead.MacBytes);
        for (int i = ImageHead.MacBytes + _filled; i < _message.Length; i++)
            _message[i] = 0;
        _mac.Compute(_message, _code);
        _filled = 0;
    }
}
