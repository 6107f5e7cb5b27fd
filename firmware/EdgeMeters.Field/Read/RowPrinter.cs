using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeMeters.Field.Read;

/// <summary>Prints readings: a line each, for eyes or as JSON.</summary>
internal sealed class RowPrinter(TextWriter output, bool isJson)
{
    private const int RegisterChars = 34;
    private const int RawChars = 12;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Print(ReadRow row) => output.WriteLine(isJson ? Json(row) : Line(row));

    private static string Line(ReadRow row)
    {
        string unit = row.Unit == null ? "" : " " + row.Unit;
        string register = row.Name == null ? row.Register : $"{row.Register} {row.Name}";
        string line = $"{register.PadRight(RegisterChars)}  {(row.Raw ?? "-").PadRight(RawChars)}  {row.Shown ?? "-"}{unit}  {row.Quality}";
        return row.Error == null ? line : line + "  " + row.Error;
    }

    private static string Json(ReadRow row)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("register", row.Register);
            writer.WriteString("raw", row.Raw);
            writer.WritePropertyName("value");
            if (row.IsNumber)
                writer.WriteRawValue(row.Shown!);
            else
                writer.WriteStringValue(row.Shown);
            writer.WriteString("unit", row.Unit);
            writer.WriteString("quality", row.Quality);
            writer.WriteString("error", row.Error);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
