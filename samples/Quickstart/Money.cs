using DePin.Sdk;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace Quickstart;

/// <summary>All that differs between the embedded ledger and a chain: where accounts come from, and what is true about them in the end.</summary>
internal abstract class Money : IAsyncDisposable
{
    public abstract ISettlementBackend Settlement { get; }

    public virtual SignatureVerifiers Verifiers => SignatureVerifiers.Default;

    /// <summary>What a provider's process needs to find the same money.</summary>
    public abstract string[] ProviderArguments { get; }

    public static async Task<Money> OpenAsync(string[] arguments, string folder) => arguments switch
    {
        [] or ["--chain", "ledger"] => new LedgerMoney(Path.Combine(folder, "ledger.db")),
        ["--chain", "evm"] => await EvmMoney.StartAsync(folder),
        ["--chain", "evm", "--rpc", var rpc, "--key", var key] => await EvmMoney.ConnectAsync(new Uri(rpc), key, folder),
        ["--chain", "solana"] => await SolanaMoney.StartAsync(folder),
        ["--chain", "solana", "--rpc", var rpc, "--key", var key] => await SolanaMoney.ConnectAsync(new Uri(rpc), key, folder),
        _ => throw new ArgumentException(
            """
            usage: Quickstart                                        settles on the embedded ledger
                   Quickstart --chain evm                            settles on an EVM chain of your own, which is started for you
                   Quickstart --chain evm --rpc URL --key FILE       settles on the chain behind URL. FILE is a key file (its password in DEPIN_KEY_PASSWORD)
                                                                     or holds a private key in hexadecimal; take one with a little of a test network's coin
                   Quickstart --chain solana                         settles on a Solana chain of your own, which is started for you
                   Quickstart --chain solana --rpc URL --key FILE    settles on the cluster behind URL. FILE is a key file of solana-keygen; take one with a
                                                                     little SOL of a test network
            """),
    };

    /// <summary>What a provider's process does with <see cref="ProviderArguments"/>.</summary>
    public static Task<ProviderAccount> OpenProviderAsync(string[] arguments, string folder) => arguments switch
    {
        ["ledger", var path] => Task.FromResult(LedgerMoney.OpenProvider(path, folder)),
        ["evm", var rpc, var escrow, var token, var block] => EvmMoney.OpenProviderAsync(new Uri(rpc), escrow, token, block, folder),
        ["solana", var rpc, var mint] => SolanaMoney.OpenProviderAsync(new Uri(rpc), mint, folder),
        _ => throw new ArgumentException("The quickstart starts its providers by itself."),
    };

    public abstract Amount Dollars(decimal dollars);

    public abstract string Text(Amount amount);

    /// <summary>Makes an account that holds dollars.</summary>
    public abstract Task<ISigner> CreatePlayerAsync(string name, decimal dollars);

    /// <summary>A provider's process runs, with an account of its own.</summary>
    public virtual Task WelcomeProviderAsync(string name, AccountId account) => Task.CompletedTask;

    /// <summary>Waits until the providers have claimed what their vouchers are worth, where they do that before channels close.</summary>
    public virtual Task WaitForClaimsAsync() => Task.CompletedTask;

    /// <summary>What everybody holds in the end, and whether that is all there was in the beginning.</summary>
    public abstract Task ReportAsync();

    public abstract ValueTask DisposeAsync();
}
