using EdgeMeters.Metering.Configuration;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>
/// The configuration that the technician's tool left for a node: one whole block under the node's key. The gateway carries it and
/// cannot make one that says something else, since it looks at nothing but envelope and version.
/// </summary>
/// <param name="folder">Of the documents of all nodes; those of one lie in the folder that has its name.</param>
internal sealed class TableFile(string folder, string node)
{
    /// <returns>Nothing if there is no file; the block and its version; or why the file is not fit to be sent.</returns>
    public (byte[]? Block, uint Version, string? Fault) Read(BlockEnvelope envelope)
    {
        string path = Path.Combine(folder, node, "table.bin");
        // Most nodes have none, and a hello comes often: looked for first, since an exception costs more than all else that a hello takes.
        if (!File.Exists(path))
            return default;
        byte[] block;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] bytes = new byte[NodeTable.BytesMax + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            block = bytes[..count];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, 0, $"{path} cannot be read: {e.Message} Let the gateway's user read it.");
        }
        var reader = new ByteReader();
        var error = block.Length > NodeTable.BytesMax ? BlockError.TooLong : envelope.Verify(block, 0, block.Length);
        if (error == BlockError.None && BlockEnvelope.OpenBody(reader, block, 0, block.Length) != BlockKind.Configuration)
            error = BlockError.UnknownKind;
        if (error != BlockError.None)
            return (null, 0, $"{path} is no configuration of this node: {error}. Write it again with the technician's tool, for this node and under its key.");
        ulong version = reader.VarUInt();
        if (reader.Failed || version is 0 or > uint.MaxValue)
            return (null, 0, $"{path} has no version: {BlockError.BadField}. Write it again with the technician's tool.");
        return (block, (uint)version, null);
    }
}
