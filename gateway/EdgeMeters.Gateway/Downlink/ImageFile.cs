using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>
/// The application image that the technician's tool left for a node. The gateway carries it in chunks and cannot make one: it has no update key,
/// and looks at nothing but the head.
/// </summary>
/// <param name="folder">Of the documents of all nodes; those of one lie in the folder that has its name.</param>
internal sealed class ImageFile(string folder, string node)
{
    private byte[]? _image;
    private uint _version;
    private string? _fault;
    private (DateTime WrittenUtc, long Bytes) _read;

    /// <summary>Names the image on its way; 0 while there is none.</summary>
    public uint Transfer { get; private set; }

    /// <returns>Nothing if there is no file; the image and its version; or why the file is not fit to be sent.</returns>
    public (byte[]? Image, uint Version, string? Fault) Read()
    {
        string path = Path.Combine(folder, node, "image.bin");
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
                return default;
            // Asked with every hello: a hundred kilobytes are read again only when they may be others.
            if (_read == (file.LastWriteTimeUtc, file.Length))
                return (_image, _version, _fault);
            (_image, _version, _fault) = file.Length > ImageHead.BodyBytesMax + ImageHead.OverheadBytes
                ? (null, 0, $"{path} is longer than any image. Write it again with the technician's tool.")
                : Judge(path, File.ReadAllBytes(path));
            Transfer = _image == null ? 0 : ImageChunk.TransferOf(_image);
            _read = (file.LastWriteTimeUtc, file.Length);
            return (_image, _version, _fault);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, 0, $"{path} cannot be read: {e.Message} Let the gateway's user read it.");
        }
    }

    private (byte[]?, uint, string?) Judge(string path, byte[] image)
    {
        var head = new ImageHead();
        var error = image.Length < ImageHead.OverheadBytes ? UpdateError.NotAnImage : head.Read(new ByteReader(), image);
        if (error == UpdateError.None && head.BodyBytes + ImageHead.OverheadBytes != image.Length)
            error = UpdateError.BadHead;
        if (error == UpdateError.None && head.Node != node)
            error = UpdateError.WrongNode;
        return error == UpdateError.None
            ? (image, head.Version, null)
            : (null, 0, $"{path} is no image for this node: {error}. Make it again with the technician's tool, for this node.");
    }
}
