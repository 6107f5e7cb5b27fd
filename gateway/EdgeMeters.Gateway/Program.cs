using EdgeMeters.Gateway;

return await CommandLine.Build().Parse(args).InvokeAsync();
