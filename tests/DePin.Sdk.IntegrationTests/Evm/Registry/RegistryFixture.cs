namespace DePin.Sdk.IntegrationTests.Evm.Registry;

/// <summary>A registry that the tests of a class share.</summary>
public sealed class RegistryFixture : IAsyncLifetime
{
    private RegistryTestChain? _chain;

    public RegistryTestChain Chain => _chain ?? throw new InvalidOperationException("Mark the test with [AnvilFact]: there is no anvil on this machine.");

    public async Task InitializeAsync()
    {
        if (AnvilFixture.MissingReason is null)
        {
            _chain = await RegistryTestChain.StartAsync().WaitAsync(TimeSpan.FromMinutes(5));
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
