namespace EdgeMeters.Simulation.Mutants;

/// <summary>The mutants: for each kind of fault that would break a promise, the code that has it.</summary>
internal static class MutantList
{
    private const string Journal = "firmware/EdgeMeters.Metering/Journal/";
    private const string Uplink = "firmware/EdgeMeters.Metering/Uplink/UplinkSession.cs";
    private const string Store = "gateway/EdgeMeters.Gateway/Store/";
    private const string Core = "gateway/EdgeMeters.Gateway.Core/";
    private const string Pump = "gateway/EdgeMeters.Gateway/Forward/ForwardPump.cs";

    private static readonly MutantKiller Cuts = MutantKiller.Firmware("JournalPowerCutTests");
    private static readonly MutantKiller Damage = MutantKiller.Firmware("JournalDamageTests");
    private static readonly MutantKiller ReadFaults = MutantKiller.Firmware("JournalReadFaultTests");
    private static readonly MutantKiller Session = MutantKiller.Firmware("UplinkSessionTests");
    private static readonly MutantKiller Log = MutantKiller.Gateway("LogStoreTests", "LogStoreFailureTests");
    private static readonly MutantKiller Pumps = MutantKiller.Gateway("ForwardPumpTests");
    private static readonly MutantKiller Pruning = MutantKiller.Gateway("PruningTests");
    private static readonly MutantKiller Outboxes = MutantKiller.Gateway("OutboxTests");

    private static readonly MutantKiller Disasters = MutantKiller.Gateway("DisasterTests", "GapEstimatorTests");
    private static readonly MutantKiller Chain = MutantKiller.Gateway("ChainTests");
    private static readonly MutantKiller Integrity = MutantKiller.Gateway("IntegrityCheckTests");

    private static readonly MutantKiller Worlds = MutantKiller.Simulation("--seeds", "1", "--seed", "1", "--days", "4");

    public static readonly Mutant[] All =
    [
        new("journal: no barrier behind a record", Journal + "SectorRing.cs",
            "_device.Sync();\n        bool written", "bool written", Cuts),
        new("journal: no reading back", Journal + "SectorRing.cs",
            "bool written = IsWritten(address, bytes);", "bool written = true;", Damage),
        new("journal: CRC ignored", Journal + "SectorRing.cs",
            "if (Record[count - RecordCrcBytes + i] != (byte)(crc >> (8 * i)))", "if (count < 0)", Damage),
        new("journal: the old head not struck out", Journal + "SectorRing.cs",
            "if (Serials[sector] != 0)\n            StrikeOut(", "if (Serials[sector] == uint.MaxValue)\n            StrikeOut(", Cuts),
        new("journal: what did not read back stays", Journal + "SectorRing.cs",
            "if (!written)\n            StrikeOut(address, bytes);", "", ReadFaults),
        new("journal: a wrong read is damage", Journal + "SectorRing.cs",
            "if (size == 0 && Record[0] != 0xFF)", "if (size < 0)", ReadFaults),
        new("journal: sequences of damaged rows used again", Journal + "ReadingJournal.Recovery.cs",
            "_nextRow += rows;", "", Damage),
        new("journal: sequences used again after a restart", Journal + "ReadingJournal.Recovery.cs",
            "Raise(ref _nextRow, _reader.UInt32() + 1);", "_reader.UInt32();", Cuts),
        new("journal: a damaged sector begun anew", Journal + "ReadingJournal.Recovery.cs",
            " && _damagedSinceRow <= _ring.SizeOf(_layoutBytes)", "", ReadFaults),
        new("journal: the next record close behind a torn one", Journal + "ReadingJournal.Recovery.cs",
            "_offset += damagedBytes > 0 ? _ring.SizeOf(0) : 0;", "", Cuts),
        new("journal: rows given up without an event", Journal + "ReadingJournal.cs",
            "(givenUpLast == 0 || TryTellOverflow(givenUpFirst, givenUpLast))", "true", Cuts),
        new("journal: an untaken event not told again", Journal + "ReadingJournal.cs",
            "if (_overflowEvent > _releasedEvent)", "if (_overflowEvent == 1)", ReadFaults),
        new("journal: the place kept when a read threw", Journal + "ReadingJournal.Reading.cs",
            "_cursorRow = uint.MaxValue;", "", ReadFaults),
        new("node: released before the receipt", Uplink,
            "_uplink.Send(_block, count);", "_uplink.Send(_block, count);\n        if (_inFlight == BlockKind.Readings)\n            _journal.ReleaseRows(_inFlightLast);", Session),
        new("node: a failed block taken for received", Uplink,
            "if (outcome != UplinkOutcome.Received)", "if (BlocksFailed < 0)", Session),
        new("node: layout not explained", Uplink,
            "if (layoutId == _explainedLayoutId)", "if (layoutId != 0)", Session),
        new("node: layout not explained to a new gateway", Uplink,
            "if (_dialogue == null || _journal.ReleasedRow == 0)", "if (_sessionNumber < 0)", MutantKiller.Firmware("UplinkSessionTests", "SlotTests")),
        new("node: layout not explained to who lacks rows", Uplink,
            "        // Who lacks what was released may lack its layout too.\n        _explainedLayoutId = 0;\n", "", MutantKiller.Firmware("SlotTests")),
        new("node: an interval closed twice", "firmware/EdgeMeters.Metering/Registers/IntervalClock.cs",
            "if (end <= _lastEnd)", "if (end < _lastEnd)", MutantKiller.Firmware("IntervalClockTests")),
        new("wire: MAC not verified", "firmware/EdgeMeters.Wire/BlockEnvelope.cs",
            "return difference == 0 ? BlockError.None : BlockError.MacMismatch;", "return BlockError.None;", MutantKiller.Firmware("BlockEnvelopeTests", "BlockDamageTests")),
        new("gateway: duplicate check off", Store + "LogWriter.cs",
            "return next > block.Last ? new Receipt(held[0].Entry, true) : null;", "return null;", Log),
        new("gateway: conflict check off", Store + "LogWriter.cs",
            "is byte[] body && !BlockComparer.Agree(block.Kind, block.Bytes, body))", "is byte[] { Length: 0 })", Log),
        new("gateway: some events acknowledged and not kept", Store + "LogWriter.cs",
            "        long entry = Insert((LogEntryKind)block.Kind,", "        if (block.Kind == BlockKind.Events && block.First % 8 == 5)\n            return new Receipt(LastEntry, true);\n        long entry = Insert((LogEntryKind)block.Kind,", Worlds),
        new("gateway: acknowledged before the commit", Store + "LogStore.cs",
            "                pending.Apply(_writer);\n", "            {\n                pending.Apply(_writer);\n                pending.Complete();\n            }\n", Log),
        new("gateway: settled though the head-end wants it again", Pump,
            " && result.Verdicts[_settled] != ForwardVerdict.Retry", "", Pumps),
        new("gateway: settlement not written", Pump,
            "_settling = log.SettleAsync(new Settlement(forwarder.Name, last.Entry, last.Items, accepted, result.Position, dead), cancel);",
            "_settling = Task.FromResult(new Receipt(last.Entry + accepted + dead.Count, false));", Pumps),
        new("gateway: a late block not marked", Store + "Projection.cs",
            "if (isLate)\n", "if (isLate && readings < 0)\n", Outboxes),
        new("gateway: readings to whatever point the meter has", Store + "Outbox.cs",
            "assignments.Find(a => a.IsInForceAt(at) && a.Service.Holds(interval)) is", "assignments.Find(a => a.IsInForceAt(at)) is", Outboxes),
        new("gateway: readings by a registry that was replaced", Store + "Assignment.cs",
            "FromEntry < entry && ToEntry > entry", "FromEntry < entry", MutantKiller.Gateway("AssignmentByDateTests")),
        new("gateway: what lacks rows counts as whole", Store + "Revisions.cs",
            "if (Lacks(interval))", "if (interval.Begin == null && Lacks(interval))", Outboxes),
        new("gateway: a reading on another day passed over", Store + "SeriesReader.cs",
            "found.Id.Sequence > latest.Value.Id.Sequence", "found.Id.Sequence < 0", MutantKiller.Gateway("WrongClockTests")),
        new("gateway: pruned though a forwarder has still to send it", Store + "ForwarderProgress.cs",
            "Names.Select(ReachedOf).Append(otherwise).Min()", "otherwise", MutantKiller.Gateway("PruningTests", "RetentionTests")),
        new("gateway: the period of a pruned day forgotten", Store + "PlainRows.cs",
            " && !EndsDay(rows, i + 1)", "", Pruning),
        new("gateway: a fall of a register pruned", Store + "PlainRows.cs",
            "judged.Quality == IntervalQuality.Valid", "judged.Consumption != long.MinValue", Pruning),
        new("gateway: pruned behind what is not plain", Store + "PlainRows.cs",
            "PlainStepsMin = 2 + RegisterChain.MomentaryMax;", "PlainStepsMin = 1;", Pruning),
        new("gateway: corrections of what did not change, which may be pruned", Store + "Outbox.cs",
            "!isNewItself && IsChanged(interval, entry.Node, channel.Channel, isNew)", "!isNewItself", Pruning),
        new("gateway: what was pruned comes back with a block that is sent again", Store + "Projection.cs",
            "if (isPruned[row] || !runs", "if (!runs", Pruning),
        new("gateway: commits without fsync", Store + "StoreFiles.cs",
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
            MutantKiller.Gateway("StoreOnDiskTests")),
        new("billing: a level of a moment taken for a reading", Core + "Validation/RegisterChain.cs",
            "int next = at + 1 + MomentaryAfter(inOrder, at, rules, multiplierMillionths);", "int next = at + 1;", Disasters),
        new("billing: an implausible slot on the bill", Core + "Validation/RegisterChain.cs",
            "way with { Consumption = null, Findings = way.Findings | finding }", "way with { Findings = way.Findings | finding }", Disasters),
        new("billing: estimates that lose a remainder", Core + "Estimation/GapEstimator.cs",
            "shares[i] = through - given;", "shares[i] = (long)(total * weights[i] / all);", Disasters),
        new("billing: multiplied by difference and not by register", Core + "LoadProfile/ServiceStretches.cs",
            "Multiply(stretch.BeginRegister + consumption, multiplierMillionths) - Multiply(stretch.BeginRegister, multiplierMillionths)",
            "Multiply(consumption, multiplierMillionths)", Disasters),
        new("billing: what the new meter counted before its first reading left out", Core + "LoadProfile/ServiceStretches.cs",
            "if (first.UtcSeconds > after && after > 0)", "if (first.UtcSeconds < 0)", Disasters),
        new("billing: an edit that nobody knows to be outdated", Store + "ProfileEdits.cs",
            "before.Consumption == edit.Replaced ?", "before.Consumption == edit.Replaced || edit.Consumption != null ?", MutantKiller.Gateway("StoredProfileTests")),
        new("log: an edit that is not in the chain", Store + "LogWriter.cs",
            "        _chain.Add(entry, kind, name, nowMs, body);", "        if (kind != LogEntryKind.Edit)\n            _chain.Add(entry, kind, name, nowMs, body);", Chain),
        new("verify: the chain not followed", Store + "ChainWalk.cs",
            "if (!_chain.Head.SequenceEqual(seal))", "if (seal.Length == 0)", Chain),
        new("start: a log without its end not refused", "gateway/EdgeMeters.Gateway/Audit/IntegrityCheck.cs",
            "if (rows.Read())\n        {\n            throw", "if (rows.Read() && last < 0)\n        {\n            throw", Integrity),
        new("start: projections of another log taken for this one's", Store + "Projector.cs",
            "entry == sealedEntry && same.SequenceEqual(chain)", "entry == sealedEntry && same.Length == chain.Length", Integrity),
        new("api: late readings that are no correction", Store + "CorrectionReader.cs",
            "_ => OfReadings(entry, entry),", "_ => [],", MutantKiller.Gateway("CorrectionTests")),
    ];
}
