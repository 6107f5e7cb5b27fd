using System.CommandLine;
using EdgeMeters.Gateway;

// A stop finishes what is under way, and the demo counts: both may take longer than the library's two seconds.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) };
return await CommandLine.Build().Parse(args).InvokeAsync(invocation);
