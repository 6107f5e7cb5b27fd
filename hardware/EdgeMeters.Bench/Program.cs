using System.CommandLine;
using EdgeMeters.Bench;
using EdgeMeters.Bench.Network;

RootCommand root = new("EdgeMeters bench: virtual meters on real pseudo-terminals, and the network between nodes and gateway.");
root.Subcommands.Add(MeterCommand.CreateMeter(TimeProvider.System, Console.Out, Console.Error));
root.Subcommands.Add(MeterCommand.CreateBus(TimeProvider.System, Console.Out, Console.Error));
root.Subcommands.Add(LinkCommand.Create(TimeProvider.System, Console.Out, Console.Error));
root.Subcommands.Add(StationsCommand.Create(Console.Out, Console.Error));
return await root.Parse(args).InvokeAsync();
