using DePin.Sdk.CrashHost;

return args switch
{
    ["journal", var path, var channels] => await JournalLoop.RunAsync(path, int.Parse(channels, System.Globalization.CultureInfo.InvariantCulture)),
    ["ledger", var folder, var seed, var operations] => await LedgerLoop.RunAsync(
        folder,
        int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture),
        int.Parse(operations, System.Globalization.CultureInfo.InvariantCulture)),
    ["evm-payee", var rpc, var escrow, var key, var folder] => await EvmPayee.RunAsync(new Uri(rpc), escrow, key, folder),
    ["solana-payee", var rpc, var mint, var key, var folder] => await SolanaPayee.RunAsync(new Uri(rpc), mint, key, folder),
    ["surfpool", var package] => await SurfpoolWait.RunAsync(package),
    ["anvil", var program] => await AnvilWait.RunAsync(program),
    ["evm-sender", var node, var journal, var key, var payee, var payments] => await EvmSenderLoop.RunAsync(
        new Uri(node),
        journal,
        key,
        DePin.Sdk.Chains.Evm.EvmAddress.Parse(payee),
        int.Parse(payments, System.Globalization.CultureInfo.InvariantCulture)),
    ["solana-sender", var node, var journal, var key, var payee, var payments] => await SolanaSenderLoop.RunAsync(
        new Uri(node),
        journal,
        key,
        DePin.Sdk.Chains.Solana.SolanaAddress.Parse(payee),
        int.Parse(payments, System.Globalization.CultureInfo.InvariantCulture)),
    _ => 2,
};
