using EdgeMeters.Gateway.Store;
using EdgeMeters.Gateway.Tests.Store;
using EdgeMeters.Wire;

namespace EdgeMeters.Gateway.Tests.Audit;

/// <summary>Whatever is changed in a log behind the gateway's back, verify says so; a log that nobody touched has no fault.</summary>
public sealed class TamperTests : IDisposable
{
    private readonly CustodyUnderTest _custody = new();

    public void Dispose() => _custody.Dispose();

    [Fact]
    public async Task A_log_as_the_gateway_left_it_has_no_fault_and_every_reading_counts_once()
    {
        await _custody.FillAsync();
        Assert.Equal(0, _custody.Verify());
        Assert.Empty(_custody.Errors);
        Assert.Matches("^verify: 2 nodes, 8 entries, 7 readings, 1 events, faults 0, digest [0-9a-f]{32}$", _custody.LastLine);
        Assert.Contains("verify: a: 4 blocks, 4 readings, 1 of them missing, 1 events, 0 sequences absent", _custody.Output, StringComparison.Ordinal);
        Assert.Contains("verify: b: 3 blocks, 3 readings, 0 of them missing, 0 events, 1 sequences absent", _custody.Output, StringComparison.Ordinal);
        Assert.Contains("verify: utility: at entry 5, 3 accepted, 1 rejected", _custody.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM entry WHERE id=5", "entry 5 is not there")]
    [InlineData("DELETE FROM entry WHERE id=5; DELETE FROM range WHERE entry=5; UPDATE settlement SET entry=4", "entry 5 is not there")]
    [InlineData("DELETE FROM entry WHERE id=8", "6 blocks have 7 ranges")]
    [InlineData("UPDATE range SET last=last+1 WHERE entry=5", "entry 5 (Readings of b) has sequences 1..2 of epoch 00000007, but no range")]
    [InlineData("UPDATE range SET first=first+1 WHERE entry=5", "entry 5 (Readings of b)")]
    [InlineData("UPDATE range SET epoch=epoch+1 WHERE entry=5", "entry 5 (Readings of b)")]
    [InlineData("DELETE FROM range WHERE entry=5", "entry 5 (Readings of b)")]
    [InlineData("INSERT INTO range SELECT node, kind, epoch, 90, 95, entry FROM range WHERE entry=5", "7 blocks have 8 ranges")]
    [InlineData("UPDATE entry SET node=1 WHERE id=5", "entry 5 (Readings of a) is not what it was when it was taken: MacMismatch")]
    [InlineData("UPDATE node SET name=CASE name WHEN 'a' THEN 'b' ELSE 'a' END || '?'; UPDATE node SET name=rtrim(name, '?')", "MacMismatch")]
    [InlineData("UPDATE entry SET node=9 WHERE id=5", "names no node")]
    [InlineData("UPDATE entry SET kind=3 WHERE id=5", "entry 5 (Events of b) is not what it was")]
    [InlineData("UPDATE entry SET body=(SELECT body FROM entry WHERE id=8) WHERE id=5", "entry 5 (Readings of b) has sequences 4..4")]
    [InlineData("UPDATE entry SET body=x'5b7b5d' WHERE id=1", "entry 1 (Registry of the gateway) is no registry")]
    [InlineData("UPDATE settlement SET entry=99", "the place of utility, entry 99")]
    [InlineData("UPDATE settlement SET entry=7", "the place of utility, entry 7")]
    [InlineData("UPDATE settlement SET items=0", "item 0")]
    [InlineData("UPDATE settlement SET rejected=0", "utility accepted 3 and refused 0, but 1 refusals are kept")]
    [InlineData("UPDATE settlement SET accepted=-1", "utility accepted -1")]
    [InlineData("DELETE FROM dead_letter", "0 refusals are kept")]
    [InlineData("DELETE FROM settlement", "1 refusals are kept of destinations that have no place")]
    public async Task What_was_changed_is_named(string sql, string fault)
    {
        await _custody.FillAsync();
        _custody.Tamper(sql);
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains(fault, _custody.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("faults 0", _custody.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_single_byte_of_every_block_that_is_flipped_is_found()
    {
        await _custody.FillAsync();
        using var log = _custody.Store.Files.OpenLog();
        for (long entry = 2; entry <= 8; entry++)
        {
            long bytes = log.ScalarLong($"SELECT length(body) FROM entry WHERE id={entry}");
            for (int at = 0; at < bytes; at += entry == 4 ? 1 : 7)
            {
                var body = Body(log, entry);
                body[at] ^= 0x10;
                Replace(log, entry, body);
                Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
                Assert.Contains($"entry {entry} (", _custody.Errors, StringComparison.Ordinal);
                body[at] ^= 0x10;
                Replace(log, entry, body);
            }
        }
        Assert.Equal(0, _custody.Verify());
    }

    [Fact]
    public async Task A_register_changed_with_a_new_checksum_but_without_the_key_is_found()
    {
        await _custody.FillAsync();
        using var log = _custody.Store.Files.OpenLog();
        byte[] forged = new NodeUnderTest("b", 7, NodeUnderTest.Power("M-b")).Block(
            NodeUnderTest.QuarterHours(1, NodeUnderTest.NewYear + 900, 1_000, 1_001)).Bytes;
        // Of the real suite, with a right checksum; only the authentication code could not be made.
        forged[2] = 1;
        uint crc = Crc32C.Compute(forged, 0, forged.Length - BlockEnvelope.MacBytes - BlockEnvelope.CrcBytes);
        BitConverter.GetBytes(crc).CopyTo(forged, forged.Length - BlockEnvelope.MacBytes - BlockEnvelope.CrcBytes);
        Replace(log, 5, forged);
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains("entry 5 (Readings of b) is not what it was when it was taken: MacMismatch", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_blocks_that_differ_under_one_sequence_are_found_though_both_are_the_nodes_own()
    {
        await _custody.FillAsync();
        byte[] other = CustodyUnderTest.Rows(CustodyUnderTest.Node("a"), 3, 121, 130).Bytes;
        using var log = _custody.Store.Files.OpenLog();
        Replace(log, 6, other);
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify());
        Assert.Contains("entry 6 (Readings of a) tells other Readings under sequences that entry 4 holds as well", _custody.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_overwritten_on_the_disk_is_found()
    {
        await _custody.FillAsync();
        Assert.Equal(0, _custody.BackUp("copy.db"));
        using (var file = new FileStream(_custody.PathOf("copy.db"), FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 4096 + 100;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)Math.Min(8192, file.Length - file.Position)).ToArray());
        }
        Assert.Equal(CustodyRun.ExitFaults, _custody.Verify(_custody.PathOf("copy.db")));
        Assert.Contains("damaged", _custody.Errors, StringComparison.Ordinal);
    }

    private static byte[] Body(Microsoft.Data.Sqlite.SqliteConnection log, long entry)
    {
        using var command = log.Prepare("SELECT body FROM entry WHERE id=$1", 1);
        return (byte[])command.With(entry).ExecuteScalar()!;
    }

    private static void Replace(Microsoft.Data.Sqlite.SqliteConnection log, long entry, byte[] body)
    {
        using var command = log.Prepare("UPDATE entry SET body=$2 WHERE id=$1", 2);
        command.With(entry, body).ExecuteNonQuery();
    }
}
