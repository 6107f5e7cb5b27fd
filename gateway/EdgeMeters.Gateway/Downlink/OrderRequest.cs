using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Downlink;

/// <summary>A command as somebody gives it, its arguments checked.</summary>
/// <param name="Channel">0 to 31, or <see cref="EventBlock.WholeNode"/>.</param>
/// <param name="A">By code; see <see cref="CommandCode"/>.</param>
/// <param name="B">By code.</param>
/// <param name="ExpiresSeconds">How long it waits for its answer, 1 to <see cref="DownlinkLimits.ExpiresSecondsMax"/>.</param>
public sealed record OrderRequest(CommandCode Code, byte Channel, long A, long B, int ExpiresSeconds);
