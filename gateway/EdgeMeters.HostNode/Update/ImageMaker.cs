using System.Security.Cryptography;
using System.Text;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.HostNode.Update;

/// <summary>Makes authenticated application images, each for one node, under a key that only that node and the owner of the fleet's key know.</summary>
/// <remarks>
/// The fleet's key stays with whoever issues updates; a node's update key is derived from it, and only that goes to the node. The gateway has
/// neither: it carries images and can make none.
/// </remarks>
public sealed class ImageMaker
{
    private const string Rule = "A node's name has 1 to 40 ASCII characters without spaces, a runtime's 1 to 26; a board's number is 1 to 255; "
        + "a version is 1 or more; an application is not empty.";

    private readonly byte[] _fleetKey;

    public ImageMaker(byte[] fleetKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(fleetKey.Length, UpdateIdentity.KeyBytes);
        _fleetKey = fleetKey;
    }

    /// <summary>The update key of one node.</summary>
    public byte[] NodeKey(string node) => HMACSHA256.HashData(_fleetKey, Encoding.ASCII.GetBytes("EdgeMeters update key\0" + node));

    /// <summary>Makes an image.</summary>
    /// <param name="application">As <see cref="ApplicationFiles.Join"/> makes it.</param>
    /// <exception cref="ArgumentException">A field is outside its rule.</exception>
    public byte[] Make(byte[] application, string node, byte board, uint version, string runtime)
    {
        ImageHead head = new() { Version = version, BodyBytes = application.Length, Board = board, Runtime = runtime, Node = node };
        byte[] image = new byte[application.Length + ImageHead.OverheadBytes];
        byte[] headBytes = new byte[ImageHead.Bytes];
        if (!head.TryWrite(new ByteWriter(), headBytes))
            throw new ArgumentException(Rule);
        ImageChain chain = new(new HmacImageMac(NodeKey(node)));
        chain.Start(headBytes);
        chain.Append(application, 0, application.Length);
        byte[] code = new byte[ImageHead.MacBytes];
        chain.Finish(code);
        headBytes.CopyTo(image, 0);
        application.CopyTo(image, ImageHead.Bytes);
        code.CopyTo(image, ImageHead.Bytes + application.Length);
        return image;
    }

    /// <summary>Makes what a node gets by cable, once: its name, board and update key.</summary>
    /// <exception cref="ArgumentException">A field is outside its rule.</exception>
    public byte[] MakeIdentity(string node, byte board)
    {
        byte[] identity = new byte[UpdateIdentity.Bytes];
        if (!new UpdateIdentity { Node = node, Board = board, Key = NodeKey(node) }.TryWrite(identity))
            throw new ArgumentException(Rule);
        return identity;
    }
}
