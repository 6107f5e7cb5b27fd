namespace EdgeMeters.HostNode.Configuration;

/// <summary>A configuration or a meter profile cannot be used. Names everything that is wrong with it, not only the first.</summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException(string file, IReadOnlyList<string> errors)
        : base(file + ":" + string.Concat(errors.Select(e => Environment.NewLine + "  " + e)))
    {
        Errors = errors;
    }

    /// <summary>One sentence each: the key's path, what is wrong, what to do.</summary>
    public IReadOnlyList<string> Errors { get; }
}
