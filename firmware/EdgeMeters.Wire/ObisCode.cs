namespace EdgeMeters.Wire;

/// <summary>Names a register the way utilities do: <c>1-0:1.8.0</c> is imported active energy (IEC 62056-61, A-B:C.D.E).</summary>
public static class ObisCode
{
    /// <summary>Bytes of a code: A, B, C, D, E.</summary>
    public const int Bytes = 5;

    private const string Separators = "-:..";

    /// <summary>Parses <c>A-B:C.D.E</c>, each 0 to 255 without leading zeros, into five bytes from <paramref name="offset"/>.</summary>
    public static bool TryParse(string text, byte[] code, int offset)
    {
        int at = 0;
        for (int group = 0; group < Bytes; group++)
        {
            int number = 0;
            int digits = 0;
            while (at < text.Length && text[at] >= '0' && text[at] <= '9' && digits < 4)
            {
                number = number * 10 + (text[at] - '0');
                digits++;
                at++;
            }
            if (digits == 0 || number > 255 || digits > 1 && text[at - digits] == '0')
                return false;
            code[offset + group] = (byte)number;
            if (group < Separators.Length)
            {
                if (at >= text.Length || text[at] != Separators[group])
                    return false;
                at++;
            }
        }
        return at == text.Length;
    }

    public static string Format(byte[] code, int offset)
    {
        return code[offset].ToString() + "-" + code[offset + 1].ToString() + ":" + code[offset + 2].ToString()
            + "." + code[offset + 3].ToString() + "." + code[offset + 4].ToString();
    }
}
