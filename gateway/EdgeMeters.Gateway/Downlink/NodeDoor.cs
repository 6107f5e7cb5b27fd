namespace EdgeMeters.Gateway.Downlink;

/// <summary>Hands a block to the one session of a node that asked for it. Returns at once.</summary>
/// <returns>False when it was not taken: too much is under way already, or the session is over.</returns>
public delegate bool NodeDoor(byte[] block);
