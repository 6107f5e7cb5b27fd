using EdgeMeters.Wire;

namespace EdgeMeters.Metering.Time;

/// <summary>By which time the dates of certificates are judged. TLS asks the chip's wall clock, which knows nothing after power-on.</summary>
/// <remarks>
/// A clock that the gateway set is right. Without one, SNTP from the gateway's host; nobody signs it, so whoever holds the network could make
/// an expired certificate pass, for which he would also need its key. Without an answer, the time of the latest record in the journal: not in
/// the future, so what has expired since still passes; and at or after the moment when the gateway last set the clock over TLS, so its
/// certificate had begun. Only one that was renewed since passes for not yet valid, until SNTP answers.
/// </remarks>
public static class CertificateTime
{
    /// <summary>2025-01-01: what is before it is no time but a clock that was never set.</summary>
    public const long PlausibleUtcMs = 1735689600000;

    /// <param name="clockUtcMs">The node's clock.</param>
    /// <param name="quality">How far to trust it.</param>
    /// <param name="sntpUtcMs">What SNTP answered; -1 for nothing.</param>
    /// <returns>What to set the wall clock to, or -1: nothing is known, leave it.</returns>
    public static long Choose(long clockUtcMs, ClockQuality quality, long sntpUtcMs)
    {
        if (quality == ClockQuality.Unset && sntpUtcMs >= PlausibleUtcMs)
            return sntpUtcMs;
        return clockUtcMs >= PlausibleUtcMs ? clockUtcMs : -1;
    }
}
