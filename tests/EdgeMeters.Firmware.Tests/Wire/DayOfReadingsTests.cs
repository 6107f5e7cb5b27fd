using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Wire;

/// <summary>The budget of the narrow network: a day of 15-minute readings of households in at most 1.5 B each, envelope included.</summary>
public sealed class DayOfReadingsTests
{
    private const int Rows = 96;
    private readonly ITestOutputHelper _output;

    public DayOfReadingsTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Theory]
    [InlineData(1, 2.0)]
    [InlineData(4, 1.5)]
    [InlineData(16, 1.5)]
    public void A_day_of_households_stays_within_the_budget_of_bytes_per_reading(int channels, double bytesPerReadingMax)
    {
        double worst = 0;
        double sum = 0;
        const int days = 50;
        for (int seed = 1; seed <= days; seed++)
        {
            double bytesPerReading = ReadingBlockTests.Written(Day(channels, seed)).Length / (double)(channels * Rows);
            worst = Math.Max(worst, bytesPerReading);
            sum += bytesPerReading;
        }
        _output.WriteLine($"{channels} channels, {days} days: {sum / days:F3} B a reading on average, {worst:F3} at worst");
        Assert.InRange(worst, 0.5, bytesPerReadingMax);
    }

    private static ReadingBlock Day(int channels, int seed)
    {
        ReadingBlock block = ReadingBlockTests.Household(channels, Rows);
        for (int channel = 0; channel < channels; channel++)
        {
            var random = new Random(seed * 1000 + channel);
            long register = random.NextInt64(1_000_000, 60_000_000);
            foreach ((int row, int wh) in HouseholdDayWh(random).Index())
            {
                register += wh;
                block.Registers[row * channels + channel] = register;
            }
        }
        return block;
    }

    // 8 to 10 kWh: a base load day and night, a refrigerator that comes and goes, lights in the evening, short peaks around meals.
    private static int[] HouseholdDayWh(Random random)
    {
        double[] load = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            double hour = row / 4.0;
            load[row] = 20 + 8 * random.NextDouble();
            if (random.Next(3) != 0)
                load[row] += 12 + 10 * random.NextDouble();
            if (hour is >= 18 and < 23)
                load[row] += 60 + 40 * random.NextDouble();
            bool meal = hour is >= 6.5 and < 8 or >= 11.5 and < 13 or >= 18 and < 20;
            if (random.NextDouble() < (meal ? 0.6 : 0.05))
                load[row] += 150 + 450 * random.NextDouble();
        }
        double dayWh = 8000 + 2000 * random.NextDouble();
        double scale = dayWh / load.Sum();
        int[] wh = load.Select(quarter => (int)Math.Round(quarter * scale)).ToArray();
        Assert.InRange(wh.Sum(), 7900, 10_100);
        return wh;
    }
}
