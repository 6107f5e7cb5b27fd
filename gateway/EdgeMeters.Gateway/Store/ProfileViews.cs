using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Core.LoadProfile;
using EdgeMeters.Gateway.Core.Registry;
using EdgeMeters.Gateway.Core.Validation;
using Microsoft.Data.Sqlite;

namespace EdgeMeters.Gateway.Store;

/// <summary>Answers what is asked of load profiles, from the projections. Each call opens its own connection.</summary>
/// <param name="files">The data folder, own or another process's.</param>
/// <param name="rules">With which limits profiles are checked.</param>
public sealed class ProfileViews(StoreFiles files, RuleBook rules) : IProfileQueries
{
    private readonly ChannelCatalog _catalog = new();

    public PointProfile Profile(string pointId, uint fromUtcSeconds, uint toUtcSeconds, bool withEdits = true)
    {
        using var connection = OpenFor(pointId);
        using var reader = new ProfileReader(connection, _catalog, rules);
        var profile = reader.Read(pointId, fromUtcSeconds, toUtcSeconds);
        return withEdits ? new ProfileEdits(connection, null).Apply(pointId, profile, fromUtcSeconds, toUtcSeconds) : profile;
    }

    public IReadOnlyList<KeptEdit> Edits(string pointId, uint fromUtcSeconds, uint toUtcSeconds)
    {
        using var connection = OpenFor(pointId);
        return new ProfileEdits(connection, null).Of(pointId, fromUtcSeconds, toUtcSeconds);
    }

    public IReadOnlyList<Service> Services(string pointId)
    {
        using var connection = OpenFor(pointId);
        using var command = connection.Prepare($"SELECT {Assignment.ServiceColumns} FROM assignment a WHERE a.point=$1 AND a.to_entry IS NULL ORDER BY a.after_utc", 1);
        using var rows = command.With(pointId).ExecuteReader();
        var services = new List<Service>();
        while (rows.Read())
            services.Add(Assignment.ReadService(rows));
        return services;
    }

    public IReadOnlyList<RegisteredPoint> Below(string pointId)
    {
        using var connection = OpenFor(pointId);
        return RegistryProjection.PointsBelow(connection, pointId);
    }

    public IReadOnlyList<RegisteredPoint> Registered(string afterId, int max)
    {
        using var connection = files.OpenViewsReader();
        return RegistryProjection.PointsAfter(connection, afterId, max);
    }

    public CorrectionPage Corrections(long sinceEntry)
    {
        using var connection = files.OpenViewsReader();
        using var reader = new CorrectionReader(files, connection, _catalog);
        return reader.Read(sinceEntry);
    }

    private SqliteConnection OpenFor(string pointId)
    {
        var connection = files.OpenViewsReader();
        try
        {
            ViewQueries.RefuseUnknown(connection, pointId);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
