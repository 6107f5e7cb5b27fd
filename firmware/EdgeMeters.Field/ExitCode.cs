namespace EdgeMeters.Field;

/// <summary>How the tool ends.</summary>
internal static class ExitCode
{
    /// <summary>All reads were good, the display shows what the register holds, the file is right, something was found.</summary>
    public const int Good = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 1;

    /// <summary>A profile is wrong or missing.</summary>
    public const int Profile = 2;

    /// <summary>The port cannot be used.</summary>
    public const int Port = 3;

    /// <summary>A fault in the program itself.</summary>
    public const int Fault = 4;

    /// <summary>A meter gave no reading, or a doubtful one; a scan found nothing; a write was refused.</summary>
    public const int NotGood = 5;

    /// <summary>Display and register differ, and why was recognised.</summary>
    public const int Explained = 6;

    /// <summary>Display and register differ, and why was not recognised.</summary>
    public const int Unexplained = 7;
}
