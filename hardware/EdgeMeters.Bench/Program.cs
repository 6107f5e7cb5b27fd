using System.CommandLine;
using EdgeMeters.Bench;

RootCommand root = new("EdgeMeters bench: virtual meters on real pseudo-terminals.");
root.Subcommands.Add(MeterCommand.CreateMeter(TimeProvider.System, Console.Out, Console.Error));
root.Subcommands.Add(MeterCommand.CreateBus(TimeProvider.System, Console.Out, Console.Error));
return await root.Parse(args).InvokeAsync();
