namespace EdgeMeters.Metering.SelfTest;

/// <summary>Compares what came out with what must, prints both where they differ, and counts.</summary>
internal sealed class SelfTestReport
{
    private const string Digits = "0123456789abcdef";

    private readonly ISelfTestOutput _output;

    public SelfTestReport(ISelfTestOutput output)
    {
        _output = output;
    }

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public void Text(string name, string got, string expected)
    {
        bool isSame = got == expected;
        if (isSame)
            Passed++;
        else
            Failed++;
        _output.Line(name + " " + got + (isSame ? " ok" : " FAILED, expected " + expected));
    }

    public void Number(string name, long got, long expected)
    {
        Text(name, got.ToString(), expected.ToString());
    }

    public void Hex(string name, ulong got, string expected)
    {
        Text(name, HexOf(got, expected.Length), expected);
    }

    /// <summary>Length and digest of bytes that are too many to print.</summary>
    public void Digest(string name, byte[] buffer, int count, string expected)
    {
        Text(name, count.ToString() + " bytes " + HexOf(Mix(0, buffer, 0, count), 8), expected);
    }

    public void Threw(int section, string message)
    {
        Text("section " + section.ToString(), "ended by: " + message, "an end without exception");
    }

    /// <summary>Goes on with a digest over further bytes (FNV-1a, 32 bits). Not a CRC: that is blind to what bytes with a CRC of their own say.</summary>
    public static uint Mix(uint digest, byte[] buffer, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
            digest = unchecked((digest ^ buffer[i] ^ 0x811C9DC5) * 16777619);
        return digest;
    }

    /// <summary>What was told so far, and one word more.</summary>
    public static string And(string told, string word)
    {
        return told == "" ? word : told + " " + word;
    }

    public static string HexOf(ulong number, int digits)
    {
        char[] text = new char[digits];
        for (int i = 0; i < digits; i++)
            text[i] = Digits[(int)(number >> (4 * (digits - 1 - i))) & 15];
        return new string(text);
    }

    public static string HexOf(byte[] buffer, int offset, int count)
    {
        string text = "";
        for (int i = 0; i < count; i++)
            text = text + HexOf(buffer[offset + i], 2);
        return text;
    }
}
