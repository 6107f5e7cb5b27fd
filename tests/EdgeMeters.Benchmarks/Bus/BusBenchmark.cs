using EdgeMeters.Bench;
using EdgeMeters.Bench.Bus;
using EdgeMeters.Bench.Meters;
using EdgeMeters.Benchmarks.Support;

namespace EdgeMeters.Benchmarks.Bus;

/// <summary>One RS-485 line with virtual meters, read by us and by rivals: what dead meters cost, and what late answers do.</summary>
internal static class BusBenchmark
{
    private const int Meters = 10;
    private const int TurnaroundMs = 20;
    private const int TimeoutMs = 1000;
    private const int LateMs = 1300;
    private const ushort Address = 100;
    private const ushort OtherAddress = 200;
    private const byte Words = 2;

    private static readonly LineSetting Setting = LineSetting.Usual;

    public static void Run(RunOptions options)
    {
        using var folder = new ScratchFolder(options.Folder, "bus");
        List<IBusContender> contenders = [new OurScheduler()];
        AddRivals(contenders, folder);
        RunDead(contenders, options.Rounds);
        RunLate(contenders, options.Rounds);
    }

    private static void AddRivals(List<IBusContender> contenders, ScratchFolder folder)
    {
        const string package = "modbus-serial@8.0.25";
        try
        {
            Progress.Say($"bus: npm install {package}");
            RivalProcess.Run("npm", ["install", "--no-fund", "--no-audit", "--prefix", folder.Path, package], null, TimeSpan.FromMinutes(3));
            contenders.Add(new RivalProcess("modbus-serial (npm)", "node", "rival.js", folder.File("node_modules")));
        }
        catch (IOException e)
        {
            Console.Out.WriteLine($"bus: without {package}, which npm could not install: {e.Message}");
        }
        try
        {
            RivalProcess.Run("/usr/bin/python3", ["-c", "import pymodbus, serial"], null, TimeSpan.FromMinutes(1));
            contenders.Add(new RivalProcess("pymodbus (Debian)", "/usr/bin/python3", "rival.py"));
        }
        catch (IOException e)
        {
            Console.Out.WriteLine($"bus: without pymodbus ({e.Message} apt-get install python3-pymodbus python3-serial)");
        }
    }

    /// <summary>What the read of a unit must give: another number for each unit and address.</summary>
    private static long Truth(BusRead read) => (read.Unit * 1_000_000L) + read.Address;

    private static ModbusDevice Meter(byte unit)
    {
        var tables = new ModbusTables(unit);
        foreach (ushort address in new[] { Address, OtherAddress })
            tables.PutRegisters(4, address, isWritable: false, new RegisterCoding("u32").Encode(Truth(new BusRead(unit, address, Words))));
        return new ModbusDevice(tables) { Setting = Setting, TurnaroundMicroseconds = 1000L * TurnaroundMs };
    }

    private static IReadOnlyList<BusRound> Read(IBusContender contender, IReadOnlyList<BusRead> reads, int rounds, params IBusListener[] meters)
    {
        using var terminal = new PseudoTerminal();
        using var server = new LineServer(terminal, TimeProvider.System, Setting, null, meters);
        return contender.Read(terminal.Path, Setting.BaudRate, TimeoutMs, reads, rounds);
    }

    private static void RunDead(List<IBusContender> contenders, int rounds)
    {
        BusRead[] reads = [.. Enumerable.Range(1, Meters).Select(unit => new BusRead((byte)unit, Address, Words))];
        double boundMs = Meters * ((Setting.Microseconds(8 + 9) / 1000.0) + TurnaroundMs);
        int[] deads = [0, 1, 5];
        var table = new Table("10 meters, 9600 8N1, answer after 20 ms, timeout 1 s", "dead", "cycle ms", "x none dead", "x EdgeMeters", "line used %");
        var ours = new Dictionary<int, double>();
        foreach (var contender in contenders)
        {
            double noneDeadMs = 0;
            foreach (int dead in deads)
            {
                Progress.Say($"bus: {contender.Name}, {dead} of {Meters} dead");
                // In the first round we learn who is dead; later rounds show how it stays.
                int settling = 1;
                var all = Read(contender, reads, settling + (contender is OurScheduler ? 10 * rounds : rounds), [.. Alive(dead).Select(Meter)]);
                Check(contender, reads, all);
                double ms = all.Skip(settling).Average(round => round.Ms);
                noneDeadMs = dead == 0 ? ms : noneDeadMs;
                ours.TryAdd(dead, ms);
                table.Add(contender.Name, $"{dead}", $"{ms:F0}", $"{ms / noneDeadMs:F2}", $"{ms / ours[dead]:F2}", dead == 0 ? $"{100 * boundMs / ms:F0}" : "");
            }
        }
        table.Print();
    }

    /// <summary>The units that are there: the dead ones are every second, from the first.</summary>
    private static IEnumerable<byte> Alive(int dead) => Enumerable.Range(1, Meters).Where(unit => unit % 2 == 0 || unit > 2 * dead).Select(unit => (byte)unit);

    private static void Check(IBusContender contender, BusRead[] reads, IReadOnlyList<BusRound> rounds)
    {
        foreach (var round in rounds)
        {
            for (int i = 0; i < reads.Length; i++)
            {
                if (round.Registers[i] is { } register && register != Truth(reads[i]))
                    throw new WrongResultException($"{contender.Name} read {register} from {reads[i]}, which says {Truth(reads[i])}.");
            }
        }
    }

    private static void RunLate(List<IBusContender> contenders, int rounds)
    {
        BusRead[] reads = [new(1, Address, Words), new(1, OtherAddress, Words), new(2, Address, Words)];
        int made = 4 * rounds;
        var table = new Table($"register 100 of meter 1 answers after {LateMs} ms, timeout {TimeoutMs} ms", "reads after it", "right", "silently wrong", "error", "s a round");
        var wrongs = new List<string>();
        foreach (var contender in contenders)
        {
            Progress.Say($"bus: {contender.Name}, late answers");
            var all = Read(contender, reads, made, new OrderlyMeter(Meter(1), Address, LateMs, TimeProvider.System), Meter(2));
            long?[] after = [.. all.SelectMany(round => round.Registers.Skip(1))];
            int right = all.Sum(round => Enumerable.Range(1, 2).Count(i => round.Registers[i] == Truth(reads[i])));
            int errors = after.Count(register => register == null);
            int wrong = after.Length - right - errors;
            table.Add(contender.Name, $"{after.Length}", $"{right}", $"{wrong}", $"{errors}", $"{all.Average(round => round.Ms) / 1000:F2}");
            wrongs.Add($"{contender.Name} {wrong} of {after.Length}");
            if (contender is OurScheduler && wrong > 0)
                throw new WrongResultException($"EdgeMeters took {wrong} late answers for others.");
        }
        table.Print();
        Console.Out.WriteLine($"bus: silently wrong after late answers: {string.Join(", ", wrongs)}");
    }
}
