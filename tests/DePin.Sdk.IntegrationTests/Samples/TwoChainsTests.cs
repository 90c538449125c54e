using System.Globalization;
using System.Text.RegularExpressions;
using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.IntegrationTests.Solana;

namespace DePin.Sdk.IntegrationTests.Samples;

public sealed partial class TwoChainsTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "TwoChains.dll");

    [TwoChainsFact]
    public async Task Run_ProviderOnOneChainDies_TheOtherOneGoesOnAndBothArePaid()
    {
        var (anvil, surfpool) = (await AnvilFixture.GetProgramAsync(), await SurfpoolFixture.GetPackageAsync());
        var output = await TestProgram.RunAsync(AppContext.BaseDirectory, "sh", "-c", $"DEPIN_ANVIL='{anvil}' DEPIN_SURFPOOL='{surfpool}' exec dotnet exec '{Program}'");

        // The first answer is paid on one chain, the second on both, the third on the other.
        Assert.Contains("[the provider that is paid on Solana dies]", output, StringComparison.Ordinal);
        string[][] chains = [.. Paid().Matches(output).Select(answer => Cost().Matches(answer.Value).Select(cost => cost.Groups["chain"].Value).ToArray())];
        Assert.Equal([["solana"], ["solana", "eip155"], ["eip155"]], chains);

        // What the answers cost is what the chains say that the providers have, and what the player lacks.
        var costs = Cost().Matches(output).ToLookup(cost => cost.Groups["chain"].Value, cost => decimal.Parse(cost.Groups["dollars"].Value, CultureInfo.InvariantCulture));
        foreach (var (line, chain) in new[] { ("EVM", "eip155"), ("Solana", "solana") })
        {
            var held = Regex.Match(output, $@"(?m)^  {line} +the provider has \$(?<provider>[\d.]+), the player \$(?<player>[\d.]+) of \$1\s*$");
            Assert.True(held.Success, output);
            var provider = decimal.Parse(held.Groups["provider"].Value, CultureInfo.InvariantCulture);
            Assert.Equal(costs[chain].Sum(), provider);
            Assert.Equal(1 - provider, decimal.Parse(held.Groups["player"].Value, CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"(?m)^ +paid .*$")]
    private static partial Regex Paid();

    [GeneratedRegex(@"\$(?<dollars>[\d.]+) on (?<chain>solana|eip155)")]
    private static partial Regex Cost();
}
