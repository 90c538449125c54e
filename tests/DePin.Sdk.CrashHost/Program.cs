using DePin.Sdk.CrashHost;

return args switch
{
    ["journal", var path, var channels] => await JournalLoop.RunAsync(path, int.Parse(channels, System.Globalization.CultureInfo.InvariantCulture)),
    ["ledger", var folder, var seed, var operations] => await LedgerLoop.RunAsync(
        folder,
        int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture),
        int.Parse(operations, System.Globalization.CultureInfo.InvariantCulture)),
    ["evm-payee", var rpc, var escrow, var key, var folder] => await EvmPayee.RunAsync(new Uri(rpc), escrow, key, folder),
    ["anvil", var program] => await AnvilWait.RunAsync(program),
    _ => 2,
};
