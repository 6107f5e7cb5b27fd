namespace EdgeMeters.Metering.Panel;

/// <summary>Decides what the status LED shows. The loops set the conditions, a third thread asks <see cref="IsOn"/> every step.</summary>
/// <remarks>A pattern is a cycle of 30 steps; the bits of its number are the steps, the lowest first. Flashes are counted, long ones tell the kind.</remarks>
public sealed class StatusLed
{
    public const int StepMs = 100;
    public const int StepsPerCycle = 30;

    private readonly object _gate = new object();
    private bool _isIdentifying;
    private long _identifyUntilMs;

    public bool IsFaulty { get; set; }

    public bool HasFailedSelfTest { get; set; }

    public bool IsUpdating { get; set; }

    public bool IsFactory { get; set; }

    public bool HasNetwork { get; set; }

    public bool HasGateway { get; set; }

    public bool HasSilentMeter { get; set; }

    public bool HasBacklog { get; set; }

    /// <summary>Shows <see cref="LedPattern.Identify"/> for a while; a later call replaces an earlier one, 0 ends it.</summary>
    public void Identify(int seconds, long nowMs)
    {
        lock (_gate)
        {
            _isIdentifying = seconds > 0;
            _identifyUntilMs = nowMs + 1000L * seconds;
        }
    }

    /// <summary>The most urgent thing to say.</summary>
    public LedPattern PatternAt(long nowMs)
    {
        lock (_gate)
        {
            if (_isIdentifying && nowMs >= _identifyUntilMs)
                _isIdentifying = false;
            if (_isIdentifying)
                return LedPattern.Identify;
        }
        if (IsFaulty)
            return LedPattern.Fault;
        if (HasFailedSelfTest)
            return LedPattern.SelfTestFailed;
        if (IsUpdating)
            return LedPattern.Update;
        if (IsFactory)
            return LedPattern.Factory;
        if (!HasNetwork)
            return LedPattern.NoNetwork;
        if (!HasGateway)
            return LedPattern.NoGateway;
        if (HasSilentMeter)
            return LedPattern.MeterSilent;
        return HasBacklog ? LedPattern.Backlog : LedPattern.Healthy;
    }

    /// <param name="nowMs">Monotonic clock, in milliseconds.</param>
    public bool IsOn(long nowMs)
    {
        int step = (int)(nowMs / StepMs % StepsPerCycle);
        return (StepsOf(PatternAt(nowMs)) >> step & 1) != 0;
    }

    /// <summary>The steps of a cycle in which the LED is on.</summary>
    public static int StepsOf(LedPattern pattern)
    {
        switch (pattern)
        {
            case LedPattern.Identify:
                return 0b01_0101_0101_0101_0101_0101_0101_0101;
            case LedPattern.Fault:
                return 0b00_0000_0000_1100_0110_0011_1111_1111;
            case LedPattern.SelfTestFailed:
                return 0b00_0001_1000_1100_0110_0011_1111_1111;
            case LedPattern.Update:
                return 0b00_0111_0001_1100_0111_0001_1100_0111;
            case LedPattern.Factory:
                return 0b00_1111_1111_1111_1111_1111_1111_1111;
            case LedPattern.NoNetwork:
                return 0b00_0000_0000_0000_0000_0000_0110_0011;
            case LedPattern.NoGateway:
                return 0b00_0000_0000_0000_0000_1100_0110_0011;
            case LedPattern.MeterSilent:
                return 0b00_0000_0000_0000_0110_0011_1111_1111;
            case LedPattern.Backlog:
                return 0b00_0000_0000_0000_0000_0011_1111_1111;
            case LedPattern.Healthy:
                return 0b00_0000_0000_0000_0000_0000_0000_0011;
            default:
                return 0;
        }
    }
}
