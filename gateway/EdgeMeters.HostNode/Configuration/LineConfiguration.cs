namespace EdgeMeters.HostNode.Configuration;

/// <summary>A serial line with meters on it.</summary>
/// <param name="Name">By which meters refer to it.</param>
/// <param name="Port">Device path.</param>
/// <param name="Baud">Bits per second, for meters that have none of their own.</param>
/// <param name="Framing">8N1, 8E1, 8O1, 8N2 ...</param>
/// <param name="TimeoutMs">Time from a request's end to the first byte of its answer.</param>
/// <param name="LateAnswerMsMax">Time after which no meter on the line answers a request any more.</param>
public sealed record LineConfiguration(
    string Name, string Port, int Baud, string Framing, int TimeoutMs, int LateAnswerMsMax);
