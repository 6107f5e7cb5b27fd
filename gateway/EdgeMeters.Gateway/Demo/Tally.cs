using System.Globalization;
using System.Text;
using EdgeMeters.Gateway.Core;
using EdgeMeters.Gateway.Forward.MqttJson;
using EdgeMeters.Gateway.Store;
using EdgeMeters.HostNode;
using EdgeMeters.Metering.Journal;
using EdgeMeters.Metering.Ports;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Demo;

/// <summary>Counts at the ends: what the nodes' journals hold, what the gateway's log holds, what the head-end got, what the dials say.</summary>
internal sealed class Tally(string place, VirtualStreet street, HeadEnd headEnd)
{
    // A register is read within half an interval of its end, or marked; a pulse contact may be late by as much again.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(VirtualStreet.IntervalSeconds);

    private readonly Dictionary<ReadingId, (string Meter, long? Raw)> _made = [];
    private readonly Dictionary<ReadingId, StoredReading> _stored = [];
    private readonly List<string> _faults = [];
    private long _doubled;

    /// <summary>True when the head-end and the files have as many intervals as the gateway has readings.</summary>
    public bool IsForwarded()
    {
        long stored = CountStored();
        return stored > 0 && headEnd.Readings >= stored && CsvKeys().Keys.DistinctBy(HeadEnd.ReadingOf).Count() >= stored;
    }

    /// <summary>Prints the last line of the demo, and before it whatever is wrong.</summary>
    /// <returns>True when nothing is.</returns>
    public bool Print(TextWriter output)
    {
        foreach (var node in street.Nodes)
            ReadJournal(node);
        var doubts = ReadLog();
        long lost = _made.Keys.Count(id => !_stored.ContainsKey(id)) + SequencesMissing();
        foreach (var (id, made) in _made)
        {
            if (_stored.TryGetValue(id, out var kept) && (kept.Meter != made.Meter || kept.Raw != made.Raw))
                _faults.Add($"{id} was altered: {made.Meter} {made.Raw} is held as {kept.Meter} {kept.Raw}");
        }
        long forwarded = CountForwarded(ref lost);
        bool agree = DialsAgree(doubts);
        foreach (string fault in _faults.Take(20))
            output.WriteLine("demo: fault: " + fault);
        bool isGood = lost == 0 && _doubled == 0 && agree && _faults.Count == 0 && _stored.Count > 0;
        if (headEnd.Repeated > 0)
            output.WriteLine($"demo: {headEnd.Repeated} messages came to the head-end twice under the same key after an interruption; a head-end knows them by it");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"demo: readings {_made.Count}, stored {_stored.Count}, forwarded {forwarded}, lost {lost}, doubled {_doubled}, {(agree && _faults.Count == 0 ? "dials agree" : "dials DO NOT agree")}"));
        return isGood;
    }

    private void ReadJournal(StreetNode node)
    {
        using var device = FileBlockDevice.Open(Path.ChangeExtension(node.ConfigurationPath, ".journal"), 4096);
        var journal = new ReadingJournal(device, new NoEntropy());
        var layout = NodeLayouts.Of(node.ConfigurationPath);
        journal.Open(layout, new long[layout.Length]);
        var block = new ReadingBlock(Limits.ReadingsPerBlockMax);
        for (uint next = 1; journal.ReadRows(next, int.MaxValue, block) > 0; next = block.FirstSequence + (uint)block.Rows)
        {
            for (int i = 0; i < block.Rows * block.Channels; i++)
            {
                var id = new ReadingId(node.Name, block.Epoch, block.FirstSequence + (uint)(i / block.Channels), (byte)(i % block.Channels));
                bool isMissing = block.Qualities[i] == (byte)Quality.Missing;
                _made.Add(id, (layout[id.Channel].MeterSerial, isMissing ? null : block.Registers[i]));
            }
        }
    }

    // A node's sequences count up from 1 within an epoch: one that is not there was lost before it came into any custody.
    private long SequencesMissing() => _made.Keys.GroupBy(id => (id.Node, id.Epoch, id.Channel)).Sum(g => g.Max(id => (long)id.Sequence) - g.Count());

    /// <summary>Reads every point out of the gateway's store.</summary>
    /// <returns>By meter, how many pulses the nodes said may be missing.</returns>
    private Dictionary<string, long> ReadLog()
    {
        using var files = StoreFiles.OpenToRead(Path.Combine(place, "gateway"));
        var queries = new ViewQueries(files, new ForwarderProgress([]), () => null);
        foreach (var meter in street.Meters)
        {
            foreach (var interval in queries.Intervals(meter.Point.Id, 0, uint.MaxValue))
            {
                var reading = new StoredReading(meter.Point.MeterSerial, interval.Register / meter.Step, interval);
                if (!_stored.TryAdd(interval.Id, reading))
                    _doubled++;
            }
        }
        return queries.Events(10_000).Where(e => e.Code == EventCode.PulsesInDoubt && e.MeterSerial != null)
            .GroupBy(e => e.MeterSerial!).ToDictionary(g => g.Key, g => g.Sum(e => e.A < 0 ? long.MaxValue / 1000 : e.A));
    }

    // Which revision a reading went under is the gateway's to choose; the latest one counts, at both ends.
    private long CountForwarded(ref long lost)
    {
        var csv = CsvKeys();
        var messages = LatestMessages();
        long forwarded = 0;
        foreach (var (id, stored) in _stored)
        {
            if (!messages.TryGetValue(id.ToString(), out var message) || !csv.ContainsKey(message.Key))
                lost++;
            else if (message.Value != stored.Interval.Register)
                _faults.Add($"{id} was altered: the register {stored.Interval.Register} is held, the head-end got {message.Value}");
            else
                forwarded++;
        }
        _doubled += headEnd.Contradicting + csv.Values.Count(times => times > 1);
        return forwarded;
    }

    private Dictionary<string, IntervalMessage> LatestMessages() => headEnd.Messages.Values
        .Select(text => IntervalMessageJson.Read(Encoding.UTF8.GetBytes(text))).GroupBy(m => HeadEnd.ReadingOf(m.Key), StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.MaxBy(m => m.Revision)!, StringComparer.Ordinal);

    private bool DialsAgree(Dictionary<string, long> doubts)
    {
        foreach (var meter in street.Meters)
        {
            long doubt = doubts.GetValueOrDefault(meter.Point.MeterSerial) * meter.Step;
            var readings = _stored.Values.Where(r => r.Interval.Register != null && r.Meter == meter.Point.MeterSerial && IsOf(meter, r)).ToList();
            if (readings.Count == 0)
            {
                _faults.Add($"{meter.Point.Id} has no readings");
                continue;
            }
            long last = readings.MaxBy(r => r.Interval.EndUtcSeconds)!.Interval.Register!.Value;
            long truth = meter.Dial.Now / meter.Step * meter.Step;
            if (last > truth || last < truth - doubt)
                _faults.Add($"{meter.Point.Id}: the last register is {last}, the dial shows {truth}, at most {doubt} of it in stated doubt");
            foreach (var reading in readings)
                CheckAgainstDial(meter, reading.Interval, doubt);
        }
        return _faults.Count == 0;
    }

    private void CheckAgainstDial(VirtualMeter meter, IntervalReading interval, long doubt)
    {
        if (interval.Quality.HasFlag(IntervalQuality.Suspect))
            return;
        var end = DateTimeOffset.FromUnixTimeSeconds(interval.EndUtcSeconds);
        long low = meter.Dial.At(end - Tolerance) / meter.Step * meter.Step - doubt;
        long high = meter.Dial.At(end + Tolerance);
        if (interval.Register < low || interval.Register > high)
            _faults.Add($"{interval.Id} of {meter.Point.Id} is {interval.Register}; at {end:O} the dial showed {low} to {high}");
    }

    private bool IsOf(VirtualMeter meter, StoredReading reading) =>
        NodeLayouts.Of(street.Nodes.Single(n => n.Name == reading.Interval.Id.Node).ConfigurationPath)[reading.Interval.Id.Channel].Register
            == meter.Point.Register;

    private Dictionary<string, int> CsvKeys()
    {
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        string folder = Path.Combine(place, "csv");
        if (!Directory.Exists(folder))
            return keys;
        foreach (string file in Directory.EnumerateFiles(folder, "*.csv"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            reader.ReadLine();
            while (reader.ReadLine() is { } line)
            {
                string key = line[..line.IndexOf(',', StringComparison.Ordinal)];
                keys[key] = keys.GetValueOrDefault(key) + 1;
            }
        }
        return keys;
    }

    private long CountStored()
    {
        using var files = StoreFiles.OpenToRead(Path.Combine(place, "gateway"));
        return new ViewQueries(files, new ForwarderProgress([]), () => null).Status().Readings;
    }

    private sealed record StoredReading(string Meter, long? Raw, IntervalReading Interval);

    /// <summary>The journals are there already; nothing is drawn.</summary>
    private sealed class NoEntropy : IEntropy
    {
        public uint NextUInt32() => throw new InvalidOperationException("A node's journal was found empty.");
    }
}
