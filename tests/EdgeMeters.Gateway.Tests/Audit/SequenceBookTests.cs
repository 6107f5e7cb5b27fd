using EdgeMeters.Gateway.Audit;

namespace EdgeMeters.Gateway.Tests.Audit;

public sealed class SequenceBookTests
{
    [Fact]
    public void Ranges_in_any_order_give_the_same_as_a_set()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            var (book, set) = (new SequenceBook(), new HashSet<uint>());
            for (int i = 0; i < 40; i++)
            {
                uint first = (uint)random.Next(1, 200);
                uint last = first + (uint)random.Next(0, 12);
                book.Add(first, last);
                for (uint s = first; s <= last; s++)
                    set.Add(s);
                Assert.Equal(set.Max(), book.Highest);
                Assert.True(set.Max() - set.Min() + 1 - set.Count == book.Absent, $"seed {seed}");
            }
            Assert.All(Enumerable.Range(0, 220), s => Assert.True(set.Contains((uint)s) == book.Holds((uint)s), $"seed {seed}"));
        }
    }

    [Fact]
    public void The_highest_sequence_of_all_is_held()
    {
        var book = new SequenceBook();
        book.Add(uint.MaxValue - 1, uint.MaxValue);
        book.Add(1, 1);
        Assert.True(book.Holds(uint.MaxValue));
        Assert.Equal(uint.MaxValue, book.Highest);
        Assert.Equal(uint.MaxValue - 3L, book.Absent);
    }
}
