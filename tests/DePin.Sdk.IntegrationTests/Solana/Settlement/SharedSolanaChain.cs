namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>A chain with the payment-channels program that the tests of a class share.</summary>
public sealed class SharedSolanaChain : IAsyncLifetime
{
    private SolanaTestChain? _chain;

    public SolanaTestChain Chain => _chain ?? throw new InvalidOperationException("Mark the test with [SurfpoolFact]: there is no surfpool on this machine.");

    public async Task InitializeAsync()
    {
        if (SurfpoolFixture.MissingReason is null)
        {
            _chain = await SolanaTestChain.StartAsync().WaitAsync(TimeSpan.FromMinutes(5));
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
