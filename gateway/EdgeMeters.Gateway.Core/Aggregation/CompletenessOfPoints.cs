namespace EdgeMeters.Gateway.Core.Aggregation;

/// <summary>How complete the points of a station or a utility are, together.</summary>
/// <param name="Name">The station or utility.</param>
/// <param name="Points">How many points it has.</param>
/// <param name="WholePoints">Points of which nothing is missing.</param>
/// <param name="SilentPoints">Points of which everything is missing.</param>
/// <param name="Completeness">Seconds of all points.</param>
public sealed record CompletenessOfPoints(string Name, int Points, int WholePoints, int SilentPoints, Completeness Completeness);
