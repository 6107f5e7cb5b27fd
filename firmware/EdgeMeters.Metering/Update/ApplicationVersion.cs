namespace EdgeMeters.Metering.Update;

/// <summary>
/// Version of these sources as an application: major × 10,000 + minor × 100 + patch of the version in Directory.Build.props. Goes up with every release; the tool is given the same number for the image.
/// </summary>
/// <remarks>
/// The loader has the number of the factory application that is flashed with it, and passes over images that are not above it. Both assemblies
/// of the application bear it too (EdgeMeters.Core/AssemblyVersion.cs): without that the interpreter could not tell an update's from the factory's.
/// </remarks>
public static class ApplicationVersion
{
    public const uint Number = 100;
}
