namespace EdgeMeters.Firmware.Tests.Pulse;

/// <summary>A resistor and a capacitor before a chip's input: what bounces is too short to carry the voltage from one threshold to the other.</summary>
/// <remarks>The thresholds are those of the ESP32's inputs, a quarter and three quarters of the supply (ESP32 data sheet, DC characteristics).</remarks>
internal sealed class RcFilter(int timeConstantMicroseconds, Action closed)
{
    private const double LowMax = 0.25;
    private const double HighMin = 0.75;

    private double _voltage;
    private bool _isDriven;
    private bool _isHigh;
    private long _lastMicroseconds;

    public void Edge(bool isClosed, long microseconds)
    {
        Settle(microseconds);
        _isDriven = isClosed;
    }

    public void Settle(long microseconds)
    {
        double target = _isDriven ? 1 : 0;
        _voltage = target + (_voltage - target) * Math.Exp(-(microseconds - _lastMicroseconds) / (double)timeConstantMicroseconds);
        _lastMicroseconds = microseconds;
        if (!_isHigh && _voltage >= HighMin)
        {
            _isHigh = true;
            closed();
        }
        else if (_isHigh && _voltage <= LowMax)
        {
            _isHigh = false;
        }
    }
}
