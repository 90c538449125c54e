using System.Text;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>The Memo program, second version: a text in the chain's log.</summary>
public static class MemoProgram
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

    /// <summary>Writes a text in the log, for everybody to read.</summary>
    /// <param name="text">The text; the log has it as UTF-8.</param>
    /// <param name="signers">Accounts that vouch for it; each signs.</param>
    /// <exception cref="ArgumentException">The text has half of a surrogate pair.</exception>
    public static SolanaInstruction Memo(string text, params ReadOnlySpan<SolanaAddress> signers)
    {
        ArgumentNullException.ThrowIfNull(text);
        var accounts = signers.IsEmpty ? [] : new SolanaAccountMeta[signers.Length];
        for (int i = 0; i < accounts.Length; i++)
        {
            accounts[i] = SolanaAccountMeta.ReadonlySigner(signers[i]);
        }

        return new(ProgramId, accounts, StrictUtf8.GetBytes(text));
    }
}
