namespace EdgeMeters.HostNode;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    /// <summary>Stopped by SIGTERM or SIGINT, or the check found nothing wrong.</summary>
    public const int Stopped = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 1;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 2;

    /// <summary>Journal, GPIO chip or certificates cannot be used; while it runs, the journal takes no more.</summary>
    public const int Device = 3;

    /// <summary>A fault in the program itself.</summary>
    public const int Fault = 4;
}
