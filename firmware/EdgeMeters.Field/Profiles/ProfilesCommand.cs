using System.CommandLine;
using EdgeMeters.Field.Line;
using EdgeMeters.Field.Read;
using EdgeMeters.HostNode.Configuration;
using EdgeMeters.HostNode.Profiles;
using Command = System.CommandLine.Command;

namespace EdgeMeters.Field.Profiles;

/// <summary>"profiles": which kinds of meters are known, what one says, and whether a file of one's own is right.</summary>
internal static class ProfilesCommand
{
    public static Command Create() => new("profiles", "Lists the kinds of meters that are known, shows one, checks a file of one's own.")
    {
        List(),
        Show(),
        Check(),
    };

    private static Command List()
    {
        Option<string?> carrier = new("--carrier") { Description = "Only electricity, water, gas or heat." };
        Option<string?> protocol = new("--protocol") { Description = "Only modbus, dlt645, dlt645-1997, cjt188, mbus, or pulse." };
        Option<bool> all = new("--all") { Description = "Also those with a known weakness." };
        carrier.AcceptOnlyFromAmong("electricity", "water", "gas", "heat");
        Command command = new("list", "Lists the profiles that came with this program.") { carrier, protocol, all };
        command.SetAction((parsed, _) => Program.Guard(() =>
        {
            int hidden = 0;
            foreach (string id in MeterProfileLoader.List(MeterProfileLoader.OwnDirectory))
            {
                MeterProfile profile = MeterProfileLoader.Load(MeterProfileLoader.OwnDirectory, id);
                string spoken = ProfileFiles.ProtocolName(profile);
                if (profile.Carrier != (parsed.GetValue(carrier) ?? profile.Carrier) || spoken != (parsed.GetValue(protocol) ?? spoken))
                    continue;
                if (!profile.OfferedByDefault && !parsed.GetValue(all))
                    hidden++;
                else
                    Console.WriteLine($"{id,-28}  {profile.Carrier,-11}  {spoken,-11}  {profile.Vendor} {profile.Model}{(profile.OfferedByDefault ? "" : "  (weak)")}");
            }
            if (hidden > 0)
                Console.WriteLine($"{hidden} more with a known weakness: --all shows them");
            return ExitCode.Good;
        }));
        return command;
    }

    private static Command Show()
    {
        Argument<string> name = new("profile") { Description = "Its name, or a file." };
        Command command = new("show", "Shows what a profile says: the bus, the registers, and what to look after when commissioning.") { name };
        command.SetAction((parsed, _) => Program.Guard(() =>
        {
            Print(ProfileFiles.LoadAny(parsed.GetRequiredValue(name)));
            return ExitCode.Good;
        }));
        return command;
    }

    private static Command Check()
    {
        Argument<string[]> files = new("file") { Description = "One or more profiles.", Arity = ArgumentArity.OneOrMore };
        Command command = new("check", "Checks profiles: every error by file and key.") { files };
        command.SetAction((parsed, _) => Program.Guard(() =>
        {
            int wrong = 0;
            foreach (string file in parsed.GetRequiredValue(files))
            {
                try
                {
                    MeterProfile profile = ProfileFiles.LoadAny(file);
                    IReadOnlyList<string> faults = ProfileCheck.FaultsOf(profile);
                    if (faults.Count > 0)
                        throw new ConfigurationException(file, faults);
                    Console.WriteLine($"{file}: {profile.Registers.Count} registers, {profile.Goldens.Count} goldens, nothing wrong");
                }
                catch (Exception e) when (e is ConfigurationException or UsageException)
                {
                    wrong++;
                    Console.Error.WriteLine(e.Message);
                }
            }
            return wrong == 0 ? ExitCode.Good : ExitCode.Profile;
        }));
        return command;
    }

    private static void Print(MeterProfile profile)
    {
        Console.WriteLine($"{profile.Id}: {profile.Vendor} {profile.Model}, {profile.Carrier}, {ProfileFiles.ProtocolName(profile)}");
        if (profile.Weakness is { } weakness)
            Console.WriteLine($"weakness: {weakness}");
        if (profile.Bus != null)
            Console.WriteLine($"as it leaves the factory: {LineOptions.Written(ProfileFiles.LineOf(profile))}");
        foreach (RegisterProfile register in profile.Registers)
        {
            Console.WriteLine($"  {register.Scale.Obis,-12}  {ProfileMeter.Name(register.Scale.Unit),-4}  {register.Name}: {ProfileFiles.PlaceOf(register.Point)}");
        }
        foreach (SampleProfile sample in profile.Samples)
            Console.WriteLine($"  {"sample",-12}  {sample.Unit,-4}  {sample.Name}: {ProfileFiles.PlaceOf(sample.Point)}");
        Console.WriteLine($"confidence: {profile.Confidence}");
        foreach (string source in profile.Source)
            Console.WriteLine($"  from {source}");
        Console.WriteLine("look after:");
        foreach (string caveat in profile.Caveats)
            Console.WriteLine($"  - {caveat}");
    }
}
