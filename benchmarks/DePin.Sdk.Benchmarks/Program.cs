using DePin.Sdk.Benchmarks;
using DePin.Sdk.Benchmarks.Evm;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Benchmarks.Solana;

// dotnet run -c Release --project benchmarks/DePin.Sdk.Benchmarks -- overhead | failover | crash | selection | stream | inference | evm | evm-send | evm-timing | evm-claims | solana | solana-send | solana-timing
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
    case ["inference", .. var rest]:
        return InferenceBenchmark.Run(rest);
    case ["inference-load", var file, var threads]:
        return LoadMeasurement.Run(file, int.Parse(threads));
    case ["inference-plot", .. var rest] when rest.Length >= 2:
        return SpeedPlot.Run(rest);
    case ["evm"]:
        EvmBenchmark.Run();
        return 0;
    case ["evm-send", .. var rest]:
        await SendBenchmark.RunAsync(rest is [var transfers] ? int.Parse(transfers) : 20_000);
        return 0;
    case ["evm-timing", .. var rest]:
        return TimingBenchmark.Run(rest is [var samples] ? int.Parse(samples) : 200_000);
    case ["evm-claims", .. var rest]:
        await EvmClaimsBenchmark.RunAsync(rest is [var channels] ? int.Parse(channels) : 2_000);
        return 0;
    case ["solana"]:
        SolanaBenchmark.Run();
        return 0;
    case ["solana-send", .. var rest]:
        await SolanaSendBenchmark.RunAsync(rest is [var onSolana] ? int.Parse(onSolana) : 2_000);
        return 0;
    case ["solana-timing", .. var rest]:
        return Ed25519TimingBenchmark.Run(rest is [var ofEd25519] ? int.Parse(ofEd25519) : 200_000);
    default:
        Console.Error.WriteLine("Say which benchmark: overhead, failover [kills], crash [cycles], selection, stream [frames], inference FILES, evm, evm-send [transfers], evm-timing [samples], evm-claims [channels], solana, solana-send [transfers], solana-timing [samples]. Build with -c Release.");
        return 2;
}
