using DePin.Sdk.ProviderProcess;

namespace DePin.Sdk.Benchmarks;

/// <summary>Kills a provider process under load again and again, and counts what its journal lost.</summary>
internal static class CrashBenchmark
{
    public static async Task<int> RunAsync(int cycles)
    {
        var folder = Directory.CreateTempSubdirectory("depin-crash-").FullName;
        var result = await CrashScenario.RunAsync(folder, cycles, streams: 8, Console.WriteLine);
        Console.WriteLine($"kills {result.Cycles}; accepted vouchers lost {result.VouchersLost}; answers completed {result.AnswersCompleted}, broken {result.AnswersFailed}");
        Console.WriteLine($"highest vouchers accepted {result.HighestAccepted}, owed {result.OwedByConsumer}, paid {result.PaidToProvider}; ledger conserved: {result.Ledger.IsConserved}");
        Directory.Delete(folder, recursive: true);
        return result.IsSound ? 0 : 1;
    }
}
