using System;
using System.IO;

namespace EdgeMeters.Node;

/// <summary>The small files on drive I: that commissioning leaves there, and the one that the node keeps for itself.</summary>
public static class NodeFiles
{
    /// <summary>One line: the node's name and its key.</summary>
    public const string Identity = "I:\\node.key";

    /// <summary>The signed configuration table with which the node begins; newer ones come from the gateway.</summary>
    public const string Table = "I:\\node.table";

    /// <summary>Certificate of the authority that signs the gateway's; without the file, the chip's own store of authorities.</summary>
    public const string Authority = "I:\\ca.pem";

    /// <summary>The node's certificate, common name = node name; without the file, the device certificate that nanoff installed.</summary>
    public const string Certificate = "I:\\node.pem";

    public const string CertificateKey = "I:\\node-key.pem";

    /// <summary>By which application images are known (FORMAT.md, "Update identity"); without it none is taken.</summary>
    public const string UpdateIdentity = "I:\\update.id";

    /// <summary>Whatever is in it: the self-test is run at start.</summary>
    public const string SelfTest = "I:\\selftest";

    /// <summary>The count of starts that did not prove themselves.</summary>
    public const string Starts = "I:\\node.starts";

    /// <summary>A chain of two certificates of the usual kind takes about 3 KB.</summary>
    public const int PemBytesMax = 8192;

    /// <returns>The whole file; an empty array when there is none, when it is longer than that, or when it cannot be read.</returns>
    public static byte[] Read(string path, int bytesMax)
    {
        try
        {
            if (!File.Exists(path))
                return new byte[0];
            using (FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read))
            {
                if (stream.Length > bytesMax)
                {
                    Console.WriteLine(path + " has more than " + bytesMax.ToString() + " bytes: it is not read");
                    return new byte[0];
                }
                byte[] content = new byte[(int)stream.Length];
                int read = 0;
                while (read < content.Length)
                {
                    int part = stream.Read(content, read, content.Length - read);
                    if (part <= 0)
                        return new byte[0];
                    read += part;
                }
                return content;
            }
        }
        catch (Exception e)
        {
            Console.WriteLine(path + " cannot be read: " + e.Message);
            return new byte[0];
        }
    }

    /// <summary>Replaces a file, as one commit of the file system if it is short.</summary>
    /// <returns>False when the flash would not take it: what it held before is what it holds.</returns>
    public static bool TryWrite(string path, byte[] content)
    {
        try
        {
            using (FileStream stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite))
                stream.Write(content, 0, content.Length);
            return true;
        }
        catch (Exception e)
        {
            Console.WriteLine(path + " cannot be written: " + e.Message);
            return false;
        }
    }
}
