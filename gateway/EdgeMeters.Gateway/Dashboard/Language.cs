namespace EdgeMeters.Gateway.Dashboard;

/// <summary>Languages of the dashboard.</summary>
public enum Language
{
    English = 1,
    Chinese = 2,
}
