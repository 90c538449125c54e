namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>A chain without gas prices that the tests of a class share.</summary>
public sealed class FreeEvmChain : IAsyncLifetime
{
    private EvmTestChain? _chain;

    public EvmTestChain Chain => _chain ?? throw new InvalidOperationException("Mark the test with [AnvilFact]: there is no anvil on this machine.");

    public async Task InitializeAsync()
    {
        if (AnvilFixture.MissingReason is null)
        {
            _chain = await EvmTestChain.StartAsync(isFree: true).WaitAsync(TimeSpan.FromMinutes(5));
        }
    }

    public async Task DisposeAsync()
    {
        if (_chain is not null)
        {
            await _chain.DisposeAsync();
        }
    }
}
