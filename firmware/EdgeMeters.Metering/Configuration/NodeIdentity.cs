namespace EdgeMeters.Metering.Configuration;

/// <summary>Who a node is: its name and its key, from the one line of text that commissioning leaves on the device: <c>name 64-hex-digits</c>.</summary>
public sealed class NodeIdentity
{
    public const int KeyBytes = 32;

    /// <summary>Characters of the longest line, with a line end of two.</summary>
    public const int CharsMax = NodeTable.NodeCharsMax + 1 + 2 * KeyBytes + 2;

    private NodeIdentity(string name, byte[] key)
    {
        Name = name;
        Key = key;
    }

    public string Name { get; }

    /// <summary>The key of the node's blocks, configurations and commands; the gateway has the same.</summary>
    public byte[] Key { get; }

    /// <summary>Reads the line from the bytes of its file.</summary>
    /// <returns>Null when it is none: a name as a table has it, one blank, 64 hexadecimal digits, at most a line end behind them.</returns>
    public static NodeIdentity? Read(byte[] text, int count)
    {
        while (count > 0 && (text[count - 1] == '\n' || text[count - 1] == '\r'))
            count--;
        int nameChars = count - 1 - 2 * KeyBytes;
        if (nameChars < 1 || nameChars > NodeTable.NodeCharsMax || text[nameChars] != ' ')
            return null;
        char[] name = new char[nameChars];
        for (int i = 0; i < nameChars; i++)
            name[i] = (char)text[i];
        byte[] key = new byte[KeyBytes];
        for (int i = 0; i < KeyBytes; i++)
        {
            int high = Digit(text[nameChars + 1 + 2 * i]);
            int low = Digit(text[nameChars + 2 + 2 * i]);
            if (high < 0 || low < 0)
                return null;
            key[i] = (byte)(16 * high + low);
        }
        string spelled = new string(name);
        return NodeTableFault.IsNodeName(spelled) ? new NodeIdentity(spelled, key) : null;
    }

    private static int Digit(byte c)
    {
        if (c >= '0' && c <= '9')
            return c - '0';
        if (c >= 'a' && c <= 'f')
            return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }
}
