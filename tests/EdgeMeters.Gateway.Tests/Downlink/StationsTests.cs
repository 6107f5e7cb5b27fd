using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>When the nodes of a base station may send.</summary>
public sealed class StationsTests : IDisposable
{
    private const string Node = DialogueUnderTest.Node;
    private const long LinkBytesPerMinute = 1000;
    private const int Nodes = 40;

    private readonly DialogueUnderTest _one = new(stations: [new Station(7, "P1", LinkBytesPerMinute)]);
    private uint _number;

    public void Dispose() => _one.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(1250)]
    public void The_slots_of_any_number_of_nodes_lie_evenly_over_four_fifths_of_the_interval(int nodes)
    {
        int[] slots = [.. Enumerable.Range(0, nodes).Select(Stations.SlotOf)];
        Assert.All(slots, slot => Assert.InRange(slot, 0, Stations.SlotSecondsMax - 1));
        const int pieces = 12;
        var taken = slots.CountBy(slot => slot * pieces / Stations.SlotSecondsMax).Select(piece => piece.Value).ToArray();
        Assert.InRange(taken.Max(), 1, nodes / pieces + 8);
    }

    [Fact]
    public void A_node_of_the_plan_is_admitted_with_every_hello_and_keeps_its_slot()
    {
        _one.Connect();
        var first = Admitted();
        Assert.Equal((0, 0, 150, _number), (first.WaitSeconds, first.SlotSeconds, first.GrowthPercent, first.HelloNumber));
        _one.Dialogues.Begin(DialogueUnderTest.OtherNode, _one);
        _one.Dialogues.Open(DialogueUnderTest.OtherNode, _one, _ => true);
        _one.Dialogues.Hear(DialogueUnderTest.OtherNode, _one, HelloOf(7));
        Assert.Equal(0, Admitted().SlotSeconds);
    }

    [Fact]
    public void A_node_at_no_station_of_the_plan_sends_as_it_likes()
    {
        _one.Connect();
        foreach (int station in new[] { 0, 8 })
            _one.Say(HelloOf(station));
        Assert.DoesNotContain(_one.Read(), document => document is Admission);
    }

    [Fact]
    public void While_more_came_in_the_last_minute_than_the_link_carries_a_node_is_told_to_come_back_later()
    {
        _one.Connect();
        Admitted();
        while (_one.Metrics.Waits.Value == 0)
        {
            _one.Tell((EventCode.SupplyFailing, 0, 0));
            Assert.True(_one.Time.GetUtcNow() < new DateTimeOffset(2026, 3, 1, 0, 1, 0, TimeSpan.Zero), "no wait within a minute of a block a second");
            _one.Time.Advance(TimeSpan.FromSeconds(1));
            if (Admitted().WaitSeconds > 0)
                break;
        }
        Assert.InRange(Admitted().WaitSeconds, Stations.WaitSeconds, 2 * Stations.WaitSeconds);
        _one.Time.Advance(TimeSpan.FromMinutes(1.1));
        Assert.Equal(0, Admitted().WaitSeconds);
    }

    [Fact]
    public void While_the_store_takes_nothing_a_node_is_told_to_come_back_later()
    {
        _one.Connect();
        _one.IsStoreReady = false;
        Assert.InRange(Admitted().WaitSeconds, Stations.WaitSeconds, 2 * Stations.WaitSeconds);
        _one.IsStoreReady = true;
        Assert.Equal(0, Admitted().WaitSeconds);
    }

    [Fact]
    public void A_node_that_sends_again_what_the_log_lacks_gets_larger_blocks_while_half_of_the_link_is_free()
    {
        using var one = new DialogueUnderTest(new HeldSequences(), [new Station(7, "P1", LinkBytesPerMinute)]);
        one.Connect();
        var hello = HelloOf(7);
        hello.ReleasedRow = 50;
        one.Say(hello);
        Assert.Equal(150 * Stations.BackfillFactor, one.Read().OfType<Admission>().Single().GrowthPercent);
    }

    [Fact]
    public void The_nodes_of_a_station_that_come_back_together_are_let_in_one_after_the_other_within_the_half_hour()
    {
        var stations = NewStations();
        int[] waits = [.. Enumerable.Range(0, Nodes).Select(i => Return(stations, i, 2).WaitSeconds)];
        Assert.Equal(Stations.ReturnsAtOnce + 1, waits.Count(wait => wait == 0));
        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[^1], Stations.ReturnSeconds - 300, Stations.ReturnSeconds);
        Assert.InRange(waits.CountBy(wait => wait / 60).Skip(1).Max(minute => minute.Value), 1, 2);
        // Another station's node has nothing to do with them, and hours later one that comes back alone is let in at once.
        Assert.Equal(0, stations.Admit("elsewhere", HelloOf(8), false, isReturning: true)!.WaitSeconds);
        _one.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, Return(stations, 5, 9).WaitSeconds);
    }

    [Fact]
    public void Nodes_that_started_anew_take_more_room_since_they_explain_their_channels()
    {
        var stations = NewStations();
        int[] waits = [.. Enumerable.Range(0, Nodes).Select(i => Return(stations, i, number: 1).WaitSeconds)];
        Assert.Equal(1, waits.Count(wait => wait == 0));
        Assert.InRange(waits[^1], Stations.ReturnSeconds * (Stations.ReturnsOfStart - 1), Stations.ReturnSeconds * Stations.ReturnsOfStart);
    }

    [Fact]
    public void A_node_that_loses_its_session_while_it_waits_keeps_its_turn_and_a_hello_within_the_session_takes_none()
    {
        var stations = NewStations();
        int[] waits = [.. Enumerable.Range(0, Nodes).Select(i => Return(stations, i, 2).WaitSeconds)];
        int last = waits[^1];
        _one.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(last - 600, Return(stations, Nodes - 1, 3).WaitSeconds, 1.0);
        for (uint number = 4; number < 20; number++)
            Assert.Equal(last - 600, stations.Admit(NameOf(Nodes - 1), HelloOf(7, number), false, isReturning: false)!.WaitSeconds, 1.0);
        _one.Time.Advance(TimeSpan.FromSeconds(last - 600));
        Assert.Equal(0, stations.Admit(NameOf(Nodes - 1), HelloOf(7, 20), false, isReturning: false)!.WaitSeconds);
    }

    private static string NameOf(int node) => $"node-{node:00}";

    private static Admission Return(Stations stations, int node, uint number) => stations.Admit(NameOf(node), HelloOf(7, number), false, isReturning: true)!;

    private Stations NewStations() => new([new Station(7, "P1", 150_000), new Station(8, "P1", 150_000)], 150, _one, () => true, _one.Metrics);

    private Admission Admitted()
    {
        _one.Say(HelloOf(7));
        return _one.Read().OfType<Admission>().Single();
    }

    private Hello HelloOf(int station) => HelloOf(station, ++_number);

    private static Hello HelloOf(int station, uint number) =>
        new() { StartNumber = 5, Number = number, Epoch = 1, OldestRow = 1, OldestEvent = 1, Station = station };
}
