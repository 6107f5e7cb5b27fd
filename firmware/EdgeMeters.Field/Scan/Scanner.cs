using EdgeMeters.Field.Line;
using EdgeMeters.Field.Read;
using EdgeMeters.Metering.Bus;
using EdgeMeters.Metering.Configuration;
using EdgeMeters.Metering.Ports;

namespace EdgeMeters.Field.Scan;

/// <summary>Goes through a plan and notes who answers.</summary>
internal sealed class Scanner(LineSession session, ScanPlan plan, IScanProgress progress)
{
    /// <summary>An answer that was disturbed is asked for again so often.</summary>
    private const int Tries = 2;

    private readonly List<ScanFinding> _findings = [];
    private readonly HashSet<ScanSetting> _disturbed = [];
    private readonly Dictionary<ScanSetting, string> _refused = [];

    public IReadOnlyList<ScanFinding> Findings => _findings;

    /// <summary>Settings at which something came that was no answer: another rate or parity is right, or several answer at once.</summary>
    public IReadOnlyCollection<ScanSetting> Disturbed => _disturbed;

    public int ProbesDone { get; private set; }

    /// <summary>Settings that the port would not go to, by what it said.</summary>
    public IReadOnlyDictionary<ScanSetting, string> Refused => _refused;

    /// <returns>False when it was stopped before its end.</returns>
    public bool Run(CancellationToken cancellation)
    {
        foreach (ScanStage stage in plan.Stages)
        {
            progress.Begin(stage, ProbesDone);
            session.Use(stage.Setting.Baud, stage.Setting.Parity, stage.Setting.StopBits);
            foreach (ScanProbe probe in stage.Probes)
            {
                if (cancellation.IsCancellationRequested)
                    return false;
                if (!_refused.ContainsKey(stage.Setting))
                    Try(stage, probe);
                ProbesDone++;
                progress.Step(ProbesDone);
            }
        }
        return true;
    }

    // An adapter that cannot do one rate can do the others.
    private void Try(ScanStage stage, ScanProbe probe)
    {
        try
        {
            Ask(stage, probe);
        }
        catch (DeviceException e)
        {
            _refused[stage.Setting] = e.Message;
        }
    }

    private void Ask(ScanStage stage, ScanProbe probe)
    {
        if (_findings.Any(f => f.Setting == stage.Setting && f.Protocol == stage.Protocol && f.Address == Written(probe)))
            return;
        for (int i = 0; i < Tries; i++)
        {
            BusResult result = session.Bus.Exchange(probe, 0, 0, plan.Range.TimeoutMs);
            if (result == BusResult.Timeout && session.Bus.ReceivedBytes == 0)
                return;
            // A meter of 2007 that is asked as one of 1997 refuses: it has been found by then, under its own edition.
            if (result == BusResult.Refused && stage.Protocol == BusProtocol.Dlt645Of1997)
                return;
            if (result is BusResult.Ok or BusResult.Refused)
            {
                probe.Keep(0, session.Bus.Answer);
                Note(stage, probe, result);
                return;
            }
            _disturbed.Add(stage.Setting);
        }
    }

    private static string Written(ScanProbe probe) =>
        probe.Table.Address.Length == 1 ? probe.Table.Address[0].ToString(System.Globalization.CultureInfo.InvariantCulture) : "";

    private void Note(ScanStage stage, ScanProbe probe, BusResult result)
    {
        string says = result == BusResult.Refused ? "answers, has no register 0" : "answers";
        string address = probe.Address;
        if (stage.Protocol == BusProtocol.MBus)
            (address, says) = MBusIdentity(probe.Table, address);
        ScanFinding finding = new(stage.Setting, stage.Protocol, address, probe.Hint, says);
        if (_findings.Any(f => f.Setting == finding.Setting && f.Protocol == finding.Protocol && f.Address == finding.Address))
            return;
        _findings.Add(finding);
        progress.Found(finding);
    }

    /// <summary>One byte is little to go by: who it is, is asked as well, and under which address it answers.</summary>
    private (string Address, string Says) MBusIdentity(MeterTable table, string asked)
    {
        RawMBus meter = new(table);
        return session.Ask(meter, Tries, out _) == BusResult.Ok
            ? (meter.PrimaryAddress.ToString(System.Globalization.CultureInfo.InvariantCulture), meter.Rows()[0].Shown!)
            : (asked, "acknowledges, but does not say who it is: several meters may answer at once");
    }
}
