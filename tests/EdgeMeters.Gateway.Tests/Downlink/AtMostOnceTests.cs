using EdgeMeters.Gateway.Downlink;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Downlink;

/// <summary>The dialogue against a node that follows FORMAT.md, over a link that loses, repeats and delays, with restarts at any moment.</summary>
public sealed class AtMostOnceTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_is_lost_repeated_or_restarted_a_command_is_carried_out_at_most_once_in_its_own_start_and_told_as_it_was(int seed)
    {
        using var one = new DialogueUnderTest();
        var random = new Random(seed);
        var node = new ModelNode(random);
        var journal = new List<(uint Number, long Outcome)>();
        int delivered = 0;
        one.Connect();
        for (int step = 0; step < 600; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    one.Connect();
                    one.Down.Clear();
                    one.Say(node.Start, node.NextHello(), node.LastNumber);
                    break;
                case 1:
                    node.Restart();
                    one.Down.Clear();
                    one.Connect();
                    one.Say(node.Start, node.NextHello(), node.LastNumber);
                    break;
                case 2 or 3:
                    one.Say(node.Start, node.NextHello(), node.LastNumber);
                    break;
                case 4 or 5:
                    one.Dialogues.Give(DialogueUnderTest.Node, DialogueUnderTest.Identify(expiresSeconds: random.Next(1, 100)));
                    break;
                case 6:
                    one.Time.Advance(TimeSpan.FromSeconds(random.Next(30)));
                    break;
                case 7 or 8 when delivered < journal.Count:
                    one.Tell((EventCode.CommandDone, journal[delivered].Number, 256 * (long)CommandCode.Identify + journal[delivered].Outcome));
                    delivered++;
                    break;
                case 9 when delivered > 0:
                    var (number, outcome) = journal[random.Next(delivered)];
                    one.Tell((EventCode.CommandDone, number, 256 * (long)CommandCode.Identify + outcome));
                    break;
                default:
                    if (node.Run() is { } done)
                        journal.Add(done);
                    break;
            }
            foreach (object document in one.Read())
            {
                if (document is Command command && random.Next(10) > 0)
                    node.Offer(command);
            }
        }
        Assert.Equal(journal.Count, journal.Select(j => j.Number).Distinct().Count());
        Assert.True(journal.Count > 5, $"seed {seed}: hardly anything happened");
        var told = journal.Take(delivered).ToDictionary(j => j.Number, j => j.Outcome);
        foreach (var order in one.Dialogues.Orders(DialogueUnderTest.Node)!)
        {
            Assert.Equal(order.State == OrderState.Done, told.ContainsKey(order.Number));
            if (order.Outcome is { } outcome)
                Assert.Equal(told[order.Number], (long)outcome);
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    /// <summary>Takes what is meant for its start and above its last number, holds one command, and tells what it did.</summary>
    private sealed class ModelNode(Random random)
    {
        private Command? _held;
        private uint _hello;

        public uint Start { get; private set; } = (uint)random.Next(1, int.MaxValue);

        public uint LastNumber { get; private set; }

        public uint NextHello() => ++_hello;

        public void Restart() => (Start, LastNumber, _held, _hello) = ((uint)random.Next(1, int.MaxValue), 0, null, 0);

        public void Offer(Command command)
        {
            if (_held != null || command.StartNumber != Start || command.Number <= LastNumber)
                return;
            LastNumber = command.Number;
            _held = command;
        }

        public (uint Number, long Outcome)? Run()
        {
            if (_held is not { } command)
                return null;
            _held = null;
            return (command.Number, random.Next(6));
        }
    }
}
