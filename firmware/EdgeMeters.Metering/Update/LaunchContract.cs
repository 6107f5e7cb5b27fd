namespace EdgeMeters.Metering.Update;

/// <summary>How the loader starts an application, whichever of them is older: this never changes.</summary>
/// <remarks>
/// The assemblies of an image are loaded one after the other, each of which may refer to those before it, and the last one has the method. It is
/// <c>public static void Start(uint[] launch)</c>: one array, since the interpreter's reflection hands arguments over as they are and unboxes
/// no number. It is called on the loader's thread and must not return.
/// </remarks>
public static class LaunchContract
{
    public const string Assembly = "EdgeMeters.Node";
    public const string Type = "EdgeMeters.Node.Program";
    public const string Method = "Start";

    /// <summary>Places in the array: the version that was started, and the slot it came from or <see cref="FactorySlot"/>.</summary>
    public const int VersionAt = 0;
    public const int SlotAt = 1;
    public const int Length = 2;

    /// <summary>The application was flashed by cable and lies in no slot.</summary>
    public const uint FactorySlot = uint.MaxValue;
}
