using System.Globalization;

namespace DePin.Sdk.ProviderProcess;

/// <summary>What a provider process is told on its command line.</summary>
/// <param name="DataDirectory">Holds its key and journal; must exist.</param>
/// <param name="LedgerPath">The embedded ledger's file, shared with the consumer.</param>
/// <param name="Port">The loopback port; 0 for any.</param>
/// <param name="Tokens">How many tokens an answer has.</param>
/// <param name="Pace">The time between two tokens; zero for as fast as they are taken.</param>
/// <param name="Announce">Whether accepted vouchers are written to standard output.</param>
public sealed record ProviderProcessArguments(string DataDirectory, string LedgerPath, int Port, int Tokens, TimeSpan Pace, bool Announce)
{
    public static ProviderProcessArguments Parse(string[] args) => args.Length == 6
        ? new(args[0], args[1], Number(args[2]), Number(args[3]), TimeSpan.FromMicroseconds(Number(args[4])), bool.Parse(args[5]))
        : throw new ArgumentException("usage: data-directory ledger-path port tokens pace-microseconds announce");

    public string[] ToArguments() =>
        [DataDirectory, LedgerPath, Text(Port), Text(Tokens), Text((int)Pace.TotalMicroseconds), Announce.ToString()];

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
