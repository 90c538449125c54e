using DePin.Sdk.Benchmarks;

// dotnet run -c Release --project benchmarks/DePin.Sdk.Benchmarks -- overhead | failover | crash | selection | stream
switch (args)
{
    case ["overhead", ..]:
        await OverheadBenchmark.RunAsync();
        return 0;
    case ["failover", .. var rest]:
        return await FailoverBenchmark.RunAsync(rest is [var kills] ? int.Parse(kills) : 1000);
    case ["crash", .. var rest]:
        return await CrashBenchmark.RunAsync(rest is [var cycles] ? int.Parse(cycles) : 200);
    case ["selection", .. var rest]:
        SelectionBenchmark.Run(rest);
        return 0;
    case ["stream", .. var rest]:
        await JobStreamBenchmark.RunAsync(rest);
        return 0;
    default:
        Console.Error.WriteLine("Say which benchmark: overhead, failover [kills], crash [cycles], selection, stream [frames]. Build with -c Release.");
        return 2;
}
