namespace EdgeMeters.Bench.Network;

/// <summary>A base station of the plan. None of them is a real one.</summary>
/// <param name="Number">1 and up, as nodes name it in their configuration.</param>
/// <param name="Latitude">In degrees, WGS 84.</param>
/// <param name="Longitude">In degrees, WGS 84.</param>
/// <param name="District">A ring around the centre and a direction, such as R2-NE; not a district of the city.</param>
/// <param name="Profile">Id of its link's profile.</param>
/// <param name="Meters">That are to be read through it.</param>
public sealed record PlannedStation(int Number, string Name, double Latitude, double Longitude, string District, string Profile, int Meters);
