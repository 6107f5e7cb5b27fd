extern alias chip;

using chip::EdgeMeters.NanoSimulation;
using chip::EdgeMeters.NanoSimulation.Bus;
using chip::EdgeMeters.Node.Bus;
using chip::EdgeMeters.Node.Panel;
using chip::nanoFramework.Hardware.Esp32;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Bus.Modbus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Registers;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Chip;

public sealed class Rs485LineTests(ITestOutputHelper output)
{
    private const string Port = "COM2";

    private const int Rounds = 400;

    [Fact]
    public void The_port_is_opened_with_its_pins_framing_and_room_for_two_frames()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable { BaudRate = 19200, Parity = 2, StopBits = 1 });
        ChipUart uart = chip.Uart(Port);
        Assert.False(uart.IsOpen);
        Assert.Equal(0, line.Read(new byte[1], 0, 1, 10));
        Assert.Equal((true, 19200, 11), (uart.IsOpen, uart.BaudRate, uart.CharacterBits));
        Assert.Equal((17, 16, 4), (Configuration.GetFunctionPin(DeviceFunction.COM2_TX), Configuration.GetFunctionPin(DeviceFunction.COM2_RX),
            Configuration.GetFunctionPin(DeviceFunction.COM2_RTS)));
        uart.Arrive(new byte[Rs485Line.ReceiveBytes], 0);
        chip.RunMs(2000);
        Assert.Equal((Rs485Line.ReceiveBytes, 0), (uart.RingCount, uart.Lost));
    }

    [Fact]
    public void A_reading_gives_what_is_there_never_waits_for_more_and_a_timeout_leaves_nothing_wrong_behind()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable());
        byte[] buffer = new byte[10];
        Assert.Equal(0, line.Read(buffer, 0, 10, 50));
        long beganUs = chip.NowUs;
        chip.Uart(Port).Arrive([1, 2, 3], 100_000);
        Assert.Equal(2, line.Read(buffer, 0, 2, 500));
        Assert.InRange(chip.NowUs - beganUs, 100_000, 150_000);
        Assert.Equal(1, line.Read(buffer, 2, 8, 500));
        Assert.Equal([1, 2, 3], buffer.Take(3));
        Assert.Equal(0, line.Read(buffer, 0, 10, 50));
    }

    [Fact]
    public void Writing_returns_when_the_last_bit_is_on_the_wire()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable());
        long heardUs = 0;
        chip.Uart(Port).Heard = _ => heardUs = chip.NowUs;
        line.Write(new byte[200], 0, 200);
        Assert.InRange(heardUs, 200 * 10 * 1_000_000L / 9600, chip.NowUs);
    }

    [Fact]
    public void Another_setting_is_in_force_for_the_next_byte_without_the_port_being_opened_again()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable { BaudRate = 9600, Parity = 0, StopBits = 1 });
        ChipUart uart = chip.Uart(Port);
        byte[] buffer = new byte[200];
        List<(int, int, int)> heard = [];
        uart.Heard = frame => heard.Add((frame.Length, uart.BaudRate, uart.CharacterBits));
        (int Baud, byte Parity, byte Stop, int Bits)[] settings = [(2400, 2, 1, 11), (2400, 2, 1, 11), (300, 0, 2, 11), (115200, 0, 1, 10), (9600, 1, 1, 11)];
        foreach ((int baudRate, byte parity, byte stopBits, int bits) in settings)
        {
            line.Use(baudRate, parity, stopBits);
            Assert.Equal(baudRate, line.BaudRate);
            line.Write(buffer, 0, 200);
            Assert.Equal((200, baudRate, bits), heard[^1]);
            uart.Arrive([1, 2, 3], 5000);
            Assert.Equal(3, line.Read(buffer, 0, 200, 1000));
            Assert.Equal(0, line.Read(buffer, 0, 200, 1));
        }
        Assert.Equal((1, 0, 0), (uart.Opened, uart.Torn, uart.Lost));
    }

    [Fact]
    public void A_setting_that_the_driver_does_not_take_is_a_fault_and_in_force_once_the_port_opens_again()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable());
        byte[] buffer = new byte[10];
        ChipUart uart = chip.Uart(Port);
        line.Read(buffer, 0, 1, 10);
        uart.IsThere = false;
        Assert.Contains("COM2 failed", Assert.Throws<DeviceException>(() => line.Use(2400, 2, 1)).Message);
        uart.IsThere = true;
        chip.RunMs(1100);
        Assert.Equal(0, line.Read(buffer, 0, 1, 10));
        Assert.Equal((2, 2400, 11), (uart.Opened, uart.BaudRate, uart.CharacterBits));
    }

    /// <summary>A poll of two registers: the request of 8 bytes, 20 ms of the meter's own, 9 bytes, ten idle characters; then the line is known to be silent.</summary>
    [Theory]
    [InlineData(9600, 60)]
    [InlineData(2400, 150)]
    [InlineData(115200, 50)]
    public void An_exchange_takes_little_longer_than_what_is_on_the_wire_and_the_hand_over(int baudRate, int msMax)
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable { BaudRate = baudRate });
        ChipUart uart = chip.Uart(Port);
        uart.Heard = _ => uart.Arrive(new byte[9], 20_000);
        byte[] buffer = new byte[256];
        line.Read(buffer, 0, 256, 4);
        long beganUs = chip.NowUs;
        line.Write(buffer, 0, 8);
        Assert.Equal(9, line.Read(buffer, 0, 256, 500));
        Assert.Equal(0, line.Read(buffer, 0, 256, 4));
        output.WriteLine($"{(chip.NowUs - beganUs) / 1000} ms");
        Assert.InRange(chip.NowUs - beganUs, 0, msMax * 1000L);
    }

    /// <summary>What came because the FIFO was full says nothing of silence, nor does what was left in the buffer, nor a time longer than the ten characters.</summary>
    [Fact]
    public void Bytes_that_follow_are_seen_unless_the_hand_over_itself_was_the_silence()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable());
        ChipUart uart = chip.Uart(Port);
        byte[] buffer = new byte[256];
        line.Read(buffer, 0, 1, 1);

        uart.Arrive(new byte[125], 0);
        Assert.Equal(120, line.Read(buffer, 0, 256, 500));
        Assert.Equal(5, line.Read(buffer, 0, 256, 4));
        Assert.Equal(0, line.Read(buffer, 0, 256, 4));

        uart.Arrive(new byte[121], 0);
        Assert.Equal(2, line.Read(buffer, 0, 2, 500));
        Assert.Equal(118, line.Read(buffer, 0, 256, 4));
        Assert.Equal(1, line.Read(buffer, 0, 256, 4));

        uart.Arrive(new byte[9], 0);
        Assert.Equal(9, line.Read(buffer, 0, 256, 500));
        uart.Arrive(new byte[3], 15_000);
        Assert.Equal(3, line.Read(buffer, 0, 256, 40));
    }

    [Fact]
    public void A_port_that_fails_is_told_costs_no_time_while_it_waits_and_is_opened_again()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable());
        byte[] buffer = new byte[10];
        ChipUart uart = chip.Uart(Port);
        line.Read(buffer, 0, 1, 10);
        uart.IsThere = false;
        Assert.Contains("COM2 failed", Assert.Throws<DeviceException>(() => line.Read(buffer, 0, 1, 1000)).Message);
        long beganUs = chip.NowUs;
        for (int i = 0; i < 100; i++)
            Assert.Throws<DeviceException>(() => line.Write(buffer, 0, 1));
        Assert.InRange(chip.NowUs - beganUs, 0, 10_000);
        uart.IsThere = true;
        chip.RunMs(1100);
        Assert.Equal(0, line.Read(buffer, 0, 1, 10));
        Assert.Equal(2, uart.Opened);
    }

    [Fact]
    public void A_line_without_pins_is_told_by_its_port()
    {
        using SimulatedChip chip = new();
        Rs485Line line = Line(new LineTable());
        chip.PinFunctions.Clear();
        Assert.Contains("COM2", Assert.Throws<DeviceException>(() => line.Read(new byte[1], 0, 1, 10)).Message);
    }

    /// <summary>Late, damaged, foreign and lost answers, noise, overruns and stalls: what is called a reading is what the meter had at some moment since the request.</summary>
    [Theory]
    [InlineData(9600)]
    [InlineData(2400)]
    [InlineData(115200)]
    public void Modbus_over_it_never_takes_anything_for_a_reading_that_is_none(int baudRate)
    {
        Random random = new(Seed.Take(output));
        using SimulatedChip chip = new();
        NodeClock clock = new();
        Rs485Line line = new(2, 17, 16, 4, new LineTable { BaudRate = baudRate }, clock, new NodeEntropy());
        // Numbers side by side, with gaps that are read along, and far from each other, so that one meter has several requests.
        int[] addresses = [.. Enumerable.Range(0, 12).Select(i => (i * 11) + (i / 4 * 400))];
        RegisterReadings readings = new([.. addresses.Select(_ => new ChannelLayout { RateMaxPerHour = 1 })]);
        MeterReading reading = new(
            new BusFactory(addresses.Length, baudRate).NewMeter(new MeterTable(), [.. addresses.Select(Point)]),
            [.. Enumerable.Range(0, addresses.Length).Select(i => (byte)i)], readings);
        LineTable table = new() { BaudRate = baudRate, TimeoutMs = 300, LateAnswerMsMax = 1500 };
        BusScheduler bus = new(new BusLine(line, clock, table), clock, [reading]);
        BadMeter meter = new(chip, chip.Uart(Port), random);
        int read = 0;
        for (int i = 0; i < Rounds; i++)
        {
            if (random.Next(30) == 0)
                chip.StallAt(chip.NowUs + random.Next(200_000), 1000L * random.Next(8000));
            bus.BeginRound();
            while (bus.IsBusy)
                bus.Step(900_000, 50);
            for (int point = 0; point < addresses.Length; point++)
            {
                if (readings.Results[point] != BusResult.Ok)
                    continue;
                read++;
                Assert.Equal(BadMeter.Register(addresses[point]), readings.Registers[point]);
            }
        }
        output.WriteLine($"{read} of {Rounds * 12} registers; the meter misbehaved {meter.Misbehaved} times");
        Assert.InRange(read, Rounds * 12 / 3, (Rounds * 12) - 1);
        Assert.True(meter.Misbehaved > 300);
    }

    private static BusPoint Point(int address) => new ModbusPoint { Function = 3, Address = (ushort)address, Type = RegisterType.U16 };

    private static Rs485Line Line(LineTable table) => new(2, 17, 16, 4, table, new NodeClock(), new NodeEntropy());

    /// <summary>A meter whose registers are a function of their address, so that a wrong register cannot pass; every third answer has something wrong.</summary>
    private sealed class BadMeter
    {
        private readonly SimulatedChip _chip;
        private readonly ChipUart _uart;
        private readonly Random _random;

        public BadMeter(SimulatedChip chip, ChipUart uart, Random random)
        {
            _chip = chip;
            _uart = uart;
            _random = random;
            uart.Heard = Answer;
        }

        public int Misbehaved { get; private set; }

        public static int Register(int address) => (address * 7919 + 12345) & 0xFFFF;

        private void Answer(byte[] request)
        {
            byte[] answer = Frame(request, (request[2] << 8) | request[3], request[5]);
            int kind = _random.Next(30);
            Misbehaved += kind < 10 ? 1 : 0;
            switch (kind)
            {
                case 0:
                    return;
                case 1:
                    _uart.Arrive(answer, 1000L * _random.Next(300, 1300));
                    return;
                case 2:
                    answer[_random.Next(answer.Length)] ^= (byte)(1 << _random.Next(8));
                    break;
                case 3:
                    answer = answer[.._random.Next(answer.Length)];
                    break;
                case 4:
                    answer = [.. answer, (byte)_random.Next(256)];
                    break;
                case 5:
                    answer = [(byte)_random.Next(256), .. answer];
                    break;
                case 6:
                    // Another meter's answer, whole and sound.
                    request[0] = 2;
                    answer = Frame(request, 50, request[5]);
                    break;
                case 7:
                    _chip.After(60_000, _uart.Overrun);
                    break;
                case 8:
                    byte[] noise = new byte[_random.Next(1, 700)];
                    _random.NextBytes(noise);
                    _uart.Arrive(noise, 1000L * _random.Next(1000));
                    break;
                case 9:
                    _uart.Arrive(answer, 30_000, gapUs: 20_000);
                    return;
            }
            _uart.Arrive(answer, 1000L * _random.Next(5, 100));
        }

        private static byte[] Frame(byte[] request, int address, int quantity)
        {
            byte[] answer = new byte[5 + 2 * quantity];
            answer[0] = request[0];
            answer[1] = request[1];
            answer[2] = (byte)(2 * quantity);
            for (int i = 0; i < quantity; i++)
            {
                answer[3 + 2 * i] = (byte)(Register(address + i) >> 8);
                answer[4 + 2 * i] = (byte)Register(address + i);
            }
            ushort crc = Crc16.Compute(answer, 0, answer.Length - 2);
            answer[^2] = (byte)crc;
            answer[^1] = (byte)(crc >> 8);
            return answer;
        }
    }
}
