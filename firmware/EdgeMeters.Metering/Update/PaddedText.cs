using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Update;

/// <summary>Text in a field of fixed length: ASCII 33 to 126, zeros behind it, one encoding.</summary>
internal static class PaddedText
{
    public static bool Fits(string text, int charsMax)
    {
        if (text.Length == 0 || text.Length > charsMax)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < 33 || text[i] > 126)
                return false;
        }
        return true;
    }

    public static void Write(ByteWriter writer, string text, int charsMax)
    {
        for (int i = 0; i < charsMax; i++)
            writer.Byte(i < text.Length ? (byte)text[i] : (byte)0);
    }

    /// <summary>Reads a field; what is not the one encoding of a text becomes an empty one, which fits nowhere.</summary>
    public static string Read(ByteReader reader, int charsMax)
    {
        char[] chars = new char[charsMax];
        int count = 0;
        bool isEnded = false;
        bool isBad = false;
        for (int i = 0; i < charsMax; i++)
        {
            byte b = reader.Byte();
            isBad |= isEnded && b != 0;
            isEnded |= b == 0;
            if (!isEnded)
                chars[count++] = (char)b;
        }
        if (isBad || reader.Failed)
            return "";
        char[] text = new char[count];
        for (int i = 0; i < count; i++)
            text[i] = chars[i];
        return new string(text);
    }
}
