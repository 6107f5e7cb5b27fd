namespace EdgeMeters.Metering.Update;

/// <summary>Names the libraries and the interpreter that lie in a node's flash beside the loader; they change by cable only.</summary>
/// <remarks>
/// Made from what nf.config pins under [clr] and [packages]; a test compares. An image built for other ones would not load, or would load and
/// call something else, so it is refused before it is stored.
/// </remarks>
public static class RuntimeLine
{
    public const string Name = "nf1-19A7AAFF";
}
