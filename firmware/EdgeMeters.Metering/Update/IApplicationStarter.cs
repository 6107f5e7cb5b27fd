namespace EdgeMeters.Metering.Update;

/// <summary>Starts programs on the platform.</summary>
public interface IApplicationStarter
{
    /// <summary>Loads an application and runs it. Does not return once it runs; if it ends or throws, the device is started again.</summary>
    /// <param name="body">The application, as it was built.</param>
    /// <param name="version">Its version.</param>
    /// <param name="slot">Where it lies; the application confirms it there.</param>
    /// <returns>False when it could not be loaded: damaged, or built for other libraries.</returns>
    bool TryStart(byte[] body, uint version, int slot);

    /// <summary>Runs the application that was flashed beside the loader. Does not return.</summary>
    void StartFactory();
}
