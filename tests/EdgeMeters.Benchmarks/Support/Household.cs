using EdgeMeters.Wire;

namespace EdgeMeters.Benchmarks.Support;

/// <summary>The registers of one household in winter, quarter-hour by quarter-hour: power, water, gas, heat.</summary>
/// <remarks>
/// A model and not a record: base load, a refrigerator that cycles, three meals, an evening, showers, laundry on some days, and heating that
/// follows the night. It gives 8 to 10 kWh, about 300 L of water, 1 to 2 m³ of gas and 35 to 45 kWh of heat a day.
/// </remarks>
internal sealed class Household
{
    public const int Registers = 4;

    private const int Quarters = 96;

    private readonly Random _random;
    private readonly long[] _registers = new long[Registers];
    private readonly int _number;
    private int _breakfast;
    private int _lunch;
    private int _dinner;
    private int _dinnerQuarters;
    private int _bedtime;
    private int _laundry;
    private int _shower;
    private double _coldness;

    public Household(int number, int seed)
    {
        _number = number;
        _random = new Random(seed);
        _registers[0] = _random.NextInt64(1_000_000, 40_000_000);
        _registers[1] = _random.NextInt64(50_000, 2_000_000);
        _registers[2] = _random.NextInt64(20_000, 3_000_000);
        _registers[3] = _random.NextInt64(1_000_000, 90_000_000);
    }

    /// <summary>Four meters with one register each.</summary>
    public ChannelLayout[] Layout =>
    [
        new ChannelLayout { MeterSerial = $"2201{_number:d6}", Register = "1-0:1.8.0", Unit = Unit.Wh, RateMaxPerHour = 15_000 },
        new ChannelLayout { MeterSerial = $"8101{_number:d6}", Register = "8-0:1.0.0", Unit = Unit.Litre, RateMaxPerHour = 3_000 },
        new ChannelLayout { MeterSerial = $"7101{_number:d6}", Register = "7-0:3.0.0", Unit = Unit.Litre, RateMaxPerHour = 6_000 },
        new ChannelLayout { MeterSerial = $"6101{_number:d6}", Register = "6-0:1.0.0", Unit = Unit.Wh, RateMaxPerHour = 25_000 },
    ];

    /// <summary>One of power, water, gas and heat, 0 to 3, at the latest interval's end.</summary>
    public long RegisterOf(int channel) => _registers[channel];

    /// <summary>Lets a quarter-hour pass.</summary>
    /// <param name="quarter">Of the day, 0 to 95.</param>
    public void Pass(int quarter)
    {
        if (quarter == 0 || _dinner == 0)
            PlanDay();
        _registers[0] += PowerWh(quarter);
        _registers[1] += WaterLitres(quarter);
        _registers[2] += GasLitres(quarter);
        _registers[3] += HeatWh(quarter);
    }

    private void PlanDay()
    {
        _breakfast = _random.Next(26, 31);
        _lunch = _random.NextDouble() < 0.6 ? _random.Next(45, 50) : -1;
        _dinner = _random.Next(69, 76);
        _dinnerQuarters = _random.Next(3, 6);
        _bedtime = _random.Next(86, 94);
        _laundry = _random.NextDouble() < 0.35 ? _random.Next(32, 80) : -1;
        _shower = _random.Next(78, 85);
        _coldness = 0.9 + _random.NextDouble() * 0.2;
    }

    private int PowerWh(int quarter)
    {
        int wh = _random.Next(28, 35) + (_random.NextDouble() < 0.45 ? _random.Next(14, 21) : 0);
        if (quarter >= 68 && quarter < _bedtime)
            wh += _random.Next(60, 120);
        if (quarter == _breakfast)
            wh += _random.Next(120, 260);
        if (_lunch >= 0 && quarter - _lunch is 0 or 1)
            wh += _random.Next(120, 300);
        if (IsDinner(quarter))
            wh += _random.Next(250, 520);
        if (_laundry >= 0 && quarter - _laundry is >= 0 and < 4)
            wh += _random.Next(60, 260);
        return wh;
    }

    private int WaterLitres(int quarter)
    {
        int litres = 0;
        bool isAwake = quarter >= _breakfast - 2 && quarter < _bedtime;
        if (_random.NextDouble() < (isAwake ? 0.35 : 0.04))
            litres += _random.Next(3, 9);
        if (quarter == _breakfast || quarter == _lunch || IsDinner(quarter))
            litres += _random.Next(6, 20);
        if (quarter - _shower is 0 or 2)
            litres += _random.Next(40, 75);
        if (_laundry >= 0 && quarter - _laundry is 0 or 2)
            litres += _random.Next(20, 30);
        return litres;
    }

    private int GasLitres(int quarter)
    {
        int litres = 0;
        if (quarter == _breakfast || _lunch >= 0 && quarter - _lunch is 0 or 1)
            litres += _random.Next(60, 140);
        if (IsDinner(quarter))
            litres += _random.Next(90, 180);
        if (quarter - _shower is 0 or 2)
            litres += _random.Next(250, 420);
        return litres;
    }

    private int HeatWh(int quarter)
    {
        double night = Math.Cos((quarter - 20) * 2 * Math.PI / Quarters);
        return (int)(_coldness * (410 + 120 * night)) + _random.Next(-45, 46);
    }

    private bool IsDinner(int quarter) => quarter >= _dinner && quarter < _dinner + _dinnerQuarters;
}
