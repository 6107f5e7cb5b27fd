using EdgeMeters.Metering.Ports;
using EdgeMeters.Metering.Uplink;

namespace EdgeMeters.Firmware.Tests.Uplink;

public sealed class UplinkDeskTests
{
    private readonly UplinkDesk _desk = new(documentBytesMax: 8);

    [Fact]
    public void Only_the_acknowledgement_of_the_block_under_way_in_the_session_that_stands_is_a_receipt()
    {
        int old = Stand();
        _desk.NoteSent(7);
        int session = Stand();
        Assert.Equal(UplinkOutcome.Failed, _desk.Outcome);
        _desk.NoteSent(7);
        Assert.Equal(UplinkOutcome.Pending, _desk.Outcome);
        _desk.NoteSettled(old, 7, true);
        _desk.NoteSettled(session, 6, true);
        _desk.NoteSettled(session, 8, true);
        Assert.Equal(UplinkOutcome.Pending, _desk.Outcome);
        _desk.NoteSettled(session, 7, true);
        Assert.Equal(UplinkOutcome.Received, _desk.Outcome);
        _desk.NoteSettled(session, 7, false);
        Assert.Equal(UplinkOutcome.Received, _desk.Outcome);
    }

    [Fact]
    public void What_the_library_gave_up_or_the_end_of_the_session_cut_short_has_failed()
    {
        int session = Stand();
        _desk.NoteSent(1);
        _desk.NoteSettled(session, 1, false);
        Assert.Equal(UplinkOutcome.Failed, _desk.Outcome);
        _desk.NoteSettled(session, 1, true);
        Assert.Equal(UplinkOutcome.Failed, _desk.Outcome);
        _desk.NoteSent(2);
        _desk.Close(session);
        Assert.Equal((UplinkOutcome.Failed, false), (_desk.Outcome, _desk.IsOpen));
        _desk.NoteSettled(session, 2, true);
        Assert.Equal(UplinkOutcome.Failed, _desk.Outcome);
        _desk.NoteSent(3);
        Assert.Equal(UplinkOutcome.Failed, _desk.Outcome);
    }

    [Fact]
    public void An_old_session_neither_opens_nor_closes_a_new_one()
    {
        int old = _desk.Begin();
        int session = _desk.Begin();
        _desk.Open(old);
        Assert.False(_desk.IsOpen);
        _desk.Open(session);
        _desk.Close(old);
        Assert.True(_desk.IsOpen);
        Assert.Equal(session, _desk.Session);
    }

    [Fact]
    public void Documents_wait_in_their_order_and_what_is_too_much_or_too_long_is_dropped_and_counted()
    {
        int session = Stand();
        for (byte i = 1; i <= UplinkDesk.DocumentsMax + 2; i++)
            _desk.Offer(session, [i]);
        _desk.Offer(session, new byte[9]);
        _desk.Offer(session, []);
        _desk.Offer(session - 1, [99]);
        Assert.Equal(3, _desk.DocumentsDropped);
        byte[] buffer = new byte[8];
        // What came before the end of a session is taken after it.
        _desk.Close(session);
        for (byte i = 1; i <= UplinkDesk.DocumentsMax; i++)
        {
            Assert.Equal(1, _desk.TryTake(buffer));
            Assert.Equal(i, buffer[0]);
        }
        Assert.Equal(0, _desk.TryTake(buffer));
        session = Stand();
        _desk.Offer(session, new byte[8]);
        Assert.Equal(0, _desk.TryTake(new byte[7]));
        Assert.Equal(4, _desk.DocumentsDropped);
    }

    private int Stand()
    {
        int session = _desk.Begin();
        _desk.Open(session);
        return session;
    }
}
