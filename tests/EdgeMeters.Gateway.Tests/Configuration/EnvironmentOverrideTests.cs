using EdgeMeters.Gateway.Configuration;

namespace EdgeMeters.Gateway.Tests.Configuration;

/// <summary>The environment belongs to the whole process, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(EnvironmentOverrideTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentOverrideTests))]
public sealed class EnvironmentOverrideTests
{
    [Fact]
    public void The_environment_goes_before_the_file_and_is_checked_as_well()
    {
        using var folder = new ConfigurationFolder();
        const string variable = SettingsLoader.EnvironmentPrefix + "mqtt__port";
        try
        {
            Environment.SetEnvironmentVariable(variable, "8884");
            Assert.Equal(8884, folder.Load().Mqtt.Port);
            Environment.SetEnvironmentVariable(variable, "none");
            Assert.Contains(folder.Errors(), line => line.StartsWith("mqtt:port 'none'", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
        Assert.Equal(8883, folder.Load().Mqtt.Port);
    }
}
