using EdgeMeters.Bench.Flash;
using EdgeMeters.Firmware.Tests.Journal;
using EdgeMeters.Firmware.Tests.Storage;
using EdgeMeters.Firmware.Tests.Support;
using EdgeMeters.Metering.Update;
using EdgeMeters.Wire;

namespace EdgeMeters.Firmware.Tests.Update;

/// <summary>The power goes at every operation of everything that an update writes; whatever starts then is whole, and the journal is.</summary>
public sealed class UpdatePowerCutTests(ITestOutputHelper output)
{
    private const uint Old = 5;
    private const uint New = 6;

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Power_cut_at_any_operation_while_an_image_arrives_starts_the_old_one_or_tries_the_new(string name)
    {
        Random random = new(Seed.Take(output));
        UpdateBench bench = Installed(name);
        JournalModel model = new(JournalLife.StartRegisters(2));
        ChannelLayout[] layout = JournalLife.Layout(2);
        JournalLife life = new(UpdateBench.JournalOf(bench.Flash), layout, model, random) { HasGateway = false };
        for (int i = 0; i < 20; i++)
            life.Step();
        UpdateBench.Start running = UpdateBench.Boot(bench.Flash);
        UpdateReceiver receiver = bench.Receiver(bench.Flash, running.Version, running.Slot);
        int olds = 0, news = 0;
        int cuts = PowerCuts.AtEveryOperation(
            bench.Flash,
            bench.Geometry,
            random,
            () => Assert.Equal(UpdateError.None, UpdateBench.Send(receiver, bench.Image(New), 700, life.AppendRow)),
            after =>
            {
                UpdateBench.Start start = UpdateBench.Boot(after);
                CheckWhole(bench, start);
                news += start.Version == New ? 1 : 0;
                olds += start.Version == Old ? 1 : 0;
                if (start.Version == Old)
                    CheckCanBeSentAgain(bench, after, start);
                JournalModel branch = model.Branch();
                CheckAll(new JournalLife(UpdateBench.JournalOf(after), layout, branch, random), branch);
            });
        output.WriteLine($"{cuts} power cuts: {olds} starts of the old version, {news} of the new");
        Assert.True(olds > 50 && news > 0, $"{olds} old, {news} new");
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Power_cut_at_any_operation_of_a_start_leaves_one_good_version(string name)
    {
        Random random = new(Seed.Take(output));
        UpdateBench bench = Installed(name);
        byte[] journal = JournalBytes(bench.Flash);
        Receive(bench, New);
        // The first start tries, the second finds it unconfirmed and goes back.
        int cuts = 0;
        for (int start = 0; start < 2; start++)
        {
            int number = start;
            cuts += PowerCuts.AtEveryOperation(bench.Flash, bench.Geometry, random, () => UpdateBench.Boot(bench.Flash), after =>
            {
                UpdateBench.Start next = UpdateBench.Boot(after);
                CheckWhole(bench, next);
                Assert.True(number == 0 || next.Version == Old, "a version that was tried is tried again");
                Assert.Equal(next.Version == New ? ImageState.OnTrial : ImageState.Failed, StateOf(after, New));
                Assert.Equal(Old, UpdateBench.Boot(after).Version);
                Assert.Equal(journal, JournalBytes(after));
            });
        }
        output.WriteLine($"{cuts} power cuts");
        Assert.True(cuts >= 20);
        Assert.Equal(Old, UpdateBench.Boot(bench.Flash).Version);
    }

    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Power_cut_at_any_operation_of_the_confirmation_leaves_the_old_version_or_the_confirmed_one(string name)
    {
        Random random = new(Seed.Take(output));
        UpdateBench bench = Installed(name);
        byte[] journal = JournalBytes(bench.Flash);
        Receive(bench, New);
        UpdateBench.Start trial = UpdateBench.Boot(bench.Flash);
        Assert.Equal(New, trial.Version);
        ImageSlots slots = UpdateBench.SlotsOf(bench.Flash);
        PowerCuts.AtEveryOperation(bench.Flash, bench.Geometry, random, () => Assert.True(slots.TryConfirm(trial.Slot)), after =>
        {
            uint version = UpdateBench.Boot(after).Version;
            Assert.Equal(version, UpdateBench.Boot(after).Version);
            Assert.Equal(version == New ? ImageState.Confirmed : ImageState.Failed, StateOf(after, New));
            Assert.Equal(journal, JournalBytes(after));
        });
        Assert.Equal(New, UpdateBench.Boot(bench.Flash).Version);
        Assert.Equal(New, UpdateBench.Boot(bench.Flash).Version);
    }

    /// <summary>Update after update on one flash, with the power going at random: the version that runs is never below one that was confirmed.</summary>
    [Theory]
    [MemberData(nameof(Geometry.All), MemberType = typeof(Geometry))]
    public void Through_any_number_of_power_cuts_the_version_never_falls_below_the_confirmed_one(string name)
    {
        Random random = new(Seed.Take(output));
        UpdateBench bench = Installed(name);
        byte[] image = bench.Flash.Image();
        uint confirmed = Old, newest = Old;
        int updates = 0, rollbacks = 0;
        for (int life = 0; life < 150; life++)
        {
            SimulatedFlash flash = new(bench.Geometry, image);
            int operationsLeft = random.Next(3) == 0 ? random.Next(8) : random.Next(80);
            flash.UnderWay = () =>
            {
                if (operationsLeft-- == 0)
                    throw new PowerCut();
            };
            try
            {
                UpdateBench.Start start = UpdateBench.Boot(flash);
                CheckWhole(bench, start);
                Assert.True(start.Version >= confirmed, $"life {life}: {start.Version} runs after {confirmed} was confirmed");
                ImageSlots slots = UpdateBench.SlotsOf(flash);
                bool isTrial = slots.StateOf(start.Slot) == ImageState.OnTrial;
                if (isTrial && random.Next(2) == 0)
                {
                    Assert.True(slots.TryConfirm(start.Slot));
                    confirmed = start.Version;
                    updates++;
                }
                else
                {
                    rollbacks += isTrial ? 1 : 0;
                }
                UpdateBench.Send(bench.Receiver(flash, start.Version, start.Slot), bench.Image(++newest), 900);
                image = flash.Image();
            }
            catch (PowerCut)
            {
                image = flash.ImageAfterCut(random, random.Next(flash.UnderWayBytes + 1));
            }
        }
        output.WriteLine($"{updates} versions confirmed, {rollbacks} gone back from, of {newest} sent");
        Assert.True(updates > 0 && rollbacks > 0);
    }

    private static UpdateBench Installed(string name)
    {
        UpdateBench bench = new(name);
        bench.InstallConfirmed(Old);
        return bench;
    }

    private static void Receive(UpdateBench bench, uint version)
    {
        UpdateBench.Start start = UpdateBench.Boot(bench.Flash);
        Assert.Equal(UpdateError.None, UpdateBench.Send(bench.Receiver(bench.Flash, start.Version, start.Slot), bench.Image(version)));
    }

    private static void CheckWhole(UpdateBench bench, UpdateBench.Start start)
    {
        Assert.False(start.IsFactory, "no slot was good");
        Assert.Equal(bench.Program(start.Version), start.Body);
    }

    private static void CheckCanBeSentAgain(UpdateBench bench, SimulatedFlash after, UpdateBench.Start start)
    {
        Assert.Equal(UpdateError.None, UpdateBench.Send(bench.Receiver(after, start.Version, start.Slot), bench.Image(New)));
        Assert.Equal(New, UpdateBench.Boot(after).Version);
    }

    private static ImageState StateOf(SimulatedFlash flash, uint version)
    {
        ImageSlots slots = UpdateBench.SlotsOf(flash);
        return slots.StateOf(slots.VersionOf(0) == version ? 0 : 1);
    }

    private static byte[] JournalBytes(SimulatedFlash flash) => flash.Image()[..(UpdateBench.JournalSectors * flash.SectorBytes)];

    private static void CheckAll(JournalLife life, JournalModel model)
    {
        model.TakeEvents(life.Journal);
        model.CheckRows(life.Journal, new ReadingBlock(3 * Limits.ReadingsPerBlockMax));
    }
}
