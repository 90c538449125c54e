using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;
using Solnet.Rpc;
using Solnet.Rpc.Builders;
using Solnet.Wallet;

namespace DePin.Sdk.Chains.Solnet.Tests;

/// <summary>The programs of docs/guides/existing-wallets.md that need Solnet; they are compiled here.</summary>
internal static class ExistingWalletSnippets
{
    public static ISigner Sign(Account account, Wallet wallet)
    {
        // begin-snippet: solnet-signer
        ISigner ofAnAccount = new SolnetSigner(account);
        ISigner ofTheThird = new SolnetSigner(wallet, 2);

        // end-snippet
        return ofAnAccount == ofTheThird ? ofTheThird : ofAnAccount;
    }

    public static async Task<string> ConnectAsync(IRpcClient rpcClient)
    {
        // begin-snippet: solnet-settlement
        await using var settlement = await SolanaSettlement.ConnectAsync(rpcClient.ToSolanaClient());

        // end-snippet
        return settlement.Chain.ToString();
    }

    public static byte[] Build(IReadOnlyList<SolanaInstruction> instructions, string blockhash, Account payer)
    {
        // begin-snippet: solnet-instructions
        var builder = new TransactionBuilder().SetRecentBlockHash(blockhash).SetFeePayer(payer.PublicKey);
        foreach (SolanaInstruction instruction in instructions)
        {
            builder.AddInstruction(instruction.ToSolnet());
        }

        byte[] transaction = builder.Build(payer);

        // end-snippet
        return transaction;
    }
}
