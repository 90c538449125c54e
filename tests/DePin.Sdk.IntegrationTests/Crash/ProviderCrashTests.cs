using DePin.Sdk.ProviderProcess;

namespace DePin.Sdk.IntegrationTests.Crash;

public sealed class ProviderCrashTests
{
    /// <summary>A short run of <c>benchmarks -- crash</c>, which does it 200 times.</summary>
    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_LosesNoAcceptedVoucher()
    {
        var folder = Directory.CreateTempSubdirectory("depin-crash-").FullName;
        var result = await CrashScenario.RunAsync(folder, cycles: 8, streams: 4, _ => { });

        Assert.True(result.VouchersAccepted > 0, $"{result}");
        Assert.Equal(0, result.VouchersLost);
        Assert.True(result.PaidToProvider >= result.HighestAccepted, $"{result}");
        Assert.True(result.IsSound, $"{result}");
        Directory.Delete(folder, recursive: true);
    }
}
