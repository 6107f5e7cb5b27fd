using System.Device.Gpio;
using EdgeMeters.HostNode.Gpio;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.SystemTests.Gpio;

/// <summary>The pulse input over System.Device.Gpio, with a chip driven in process.</summary>
public class GpioPulseInputTests
{
    private const int Pin = 17;
    private const int Width = 20_000;

    [Theory]
    [InlineData(true, PinMode.InputPullUp)]
    [InlineData(false, PinMode.InputPullDown)]
    public void A_closure_counts_once_by_its_width_at_either_polarity(bool isActiveLow, PinMode mode)
    {
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        using GpioPulseInput input = new(controller, driver, new GpioPulseInputSettings { Pin = Pin, IsActiveLow = isActiveLow, Mode = mode });
        bool closed = !isActiveLow;

        driver.Advance(100_000);
        driver.Drive(Pin, closed, 100_000);
        driver.Drive(Pin, !closed, 101_000);
        driver.Drive(Pin, closed, 102_000);
        driver.Advance(102_000 + Width - 1);
        Assert.Equal(0, input.ReadTotal());
        driver.Advance(102_000 + Width);
        Assert.Equal(1, input.ReadTotal());
        Assert.Equal(1, input.ReadTotal());
        driver.Drive(Pin, !closed, 200_000);
        driver.Drive(Pin, closed, 200_400);
        driver.Drive(Pin, !closed, 200_800);
        driver.Advance(1_000_000);
        Assert.Equal(1, input.ReadTotal());
    }

    [Fact]
    public void A_contact_that_is_closed_when_the_input_starts_is_no_pulse()
    {
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        driver.Drive(Pin, PinValue.Low, 0);
        using GpioPulseInput input = new(controller, driver, new GpioPulseInputSettings { Pin = Pin });
        driver.Advance(1_000_000);
        driver.Drive(Pin, PinValue.High, 1_000_000);
        driver.Advance(2_000_000);
        Assert.Equal(0, input.ReadTotal());
    }

    [Fact]
    public void Inputs_on_several_pins_count_apart()
    {
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        using GpioPulseInput water = new(controller, driver, new GpioPulseInputSettings { Pin = 5 });
        using GpioPulseInput gas = new(controller, driver, new GpioPulseInputSettings { Pin = 6 });
        driver.Advance(100_000);
        driver.Drive(5, PinValue.Low, 100_000);
        driver.Drive(6, PinValue.Low, 110_000);
        driver.Drive(6, PinValue.High, 115_000);
        driver.Drive(5, PinValue.High, 160_000);
        driver.Advance(1_000_000);
        Assert.Equal(1, water.ReadTotal());
        Assert.Equal(0, gas.ReadTotal());
    }

    [Fact]
    public void Totals_read_while_pulses_come_never_fall_and_end_exact()
    {
        const int pulses = 20_000;
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        using GpioPulseInput input = new(controller, driver, new GpioPulseInputSettings { Pin = Pin });
        Thread contact = new(() =>
        {
            for (long pulse = 0; pulse < pulses; pulse++)
            {
                driver.Drive(Pin, PinValue.Low, (pulse * 100_000) + 50_000);
                driver.Drive(Pin, PinValue.High, (pulse * 100_000) + 80_000);
            }
            driver.Advance(pulses * 100_000L);
        });
        contact.Start();
        long last = 0;
        while (contact.IsAlive)
        {
            long total = input.ReadTotal();
            Assert.True(total >= last, $"the total fell from {last} to {total}");
            last = total;
        }
        contact.Join();
        Assert.Equal(pulses, input.ReadTotal());
    }

    [Fact]
    public void A_pin_that_is_taken_or_not_there_is_named()
    {
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        using GpioPulseInput first = new(controller, driver, new GpioPulseInputSettings { Pin = Pin });
        DeviceException taken = Assert.Throws<DeviceException>(
            () => new GpioPulseInput(controller, driver, new GpioPulseInputSettings { Pin = Pin }));
        DeviceException missing = Assert.Throws<DeviceException>(
            () => new GpioPulseInput(controller, driver, new GpioPulseInputSettings { Pin = 900 }));
        Assert.Contains("GPIO pin 17", taken.Message);
        Assert.Contains("GPIO pin 900", missing.Message);
        Assert.Equal(0, first.ReadTotal());
    }

    [Fact]
    public void A_pin_can_be_used_again_after_its_input_is_gone()
    {
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        for (int round = 0; round < 3; round++)
        {
            using GpioPulseInput input = new(controller, driver, new GpioPulseInputSettings { Pin = Pin });
            long start = driver.Microseconds;
            driver.Drive(Pin, PinValue.Low, start + 50_000);
            driver.Drive(Pin, PinValue.High, start + 100_000);
            driver.Advance(start + 200_000);
            Assert.Equal(1, input.ReadTotal());
        }
    }

    [Fact]
    public void Waiting_for_an_edge_ends_with_it_or_with_the_time_given()
    {
        using SimulatedGpioDriver driver = new();
        using GpioController controller = new(driver);
        controller.OpenPin(Pin, PinMode.InputPullUp);
        Assert.True(controller.WaitForEvent(Pin, PinEventTypes.Falling, TimeSpan.FromMilliseconds(20)).TimedOut);
        long microseconds = 0;
        // Again and again: an edge before the wait began does not end it.
        using Timer hand = new(_ =>
        {
            // A timer may overtake itself.
            lock (driver)
            {
                driver.Drive(Pin, PinValue.Low, ++microseconds);
                driver.Drive(Pin, PinValue.High, ++microseconds);
            }
        }, null, 10, 10);
        WaitForEventResult result = controller.WaitForEvent(Pin, PinEventTypes.Falling, TimeSpan.FromSeconds(20));
        Assert.False(result.TimedOut);
        Assert.Equal(PinEventTypes.Falling, result.EventTypes);
    }
}
