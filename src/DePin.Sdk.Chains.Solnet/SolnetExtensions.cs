using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using Solnet.Rpc;
using Solnet.Rpc.Models;
using Solnet.Wallet;

namespace DePin.Sdk.Chains.Solnet;

/// <summary>Takes addresses, instructions and clients from Solnet to the network and back.</summary>
public static class SolnetExtensions
{
    /// <summary>The same address as Solnet's.</summary>
    public static PublicKey ToSolnet(this SolanaAddress address) => new(address.ToArray());

    /// <summary>The same address as the network's.</summary>
    /// <exception cref="ArgumentException">The key is none of 32 bytes. Solnet does not look.</exception>
    public static SolanaAddress ToSolanaAddress(this PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.KeyBytes is { Length: SolanaAddress.SizeInBytes } bytes
            ? new SolanaAddress(bytes)
            : throw new ArgumentException($"An address has {SolanaAddress.SizeInBytes} bytes; this one has {key.KeyBytes?.Length ?? 0}.", nameof(key));
    }

    /// <summary>The same instruction as Solnet's, for its transaction builder. It shares nothing with the original.</summary>
    public static TransactionInstruction ToSolnet(this SolanaInstruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        return new TransactionInstruction
        {
            ProgramId = instruction.ProgramId.ToArray(),
            Keys = [.. instruction.Accounts.Select(ToSolnet)],
            Data = instruction.Data.ToArray(),
        };
    }

    /// <summary>The same instruction as the network's. It shares nothing with the original.</summary>
    /// <exception cref="ArgumentException">An address is none of 32 bytes.</exception>
    public static SolanaInstruction ToSolanaInstruction(this TransactionInstruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        return new SolanaInstruction(
            new PublicKey(instruction.ProgramId).ToSolanaAddress(),
            [.. (instruction.Keys ?? []).Select(ToSolana)],
            (instruction.Data ?? []).ToArray());
    }

    /// <summary>The network's client over Solnet's; see <see cref="SolnetTransport"/>.</summary>
    /// <param name="client">The client; it stays the caller's.</param>
    public static SolanaClient ToSolanaClient(this IRpcClient client) => new(new SolnetTransport(client));

    private static AccountMeta ToSolnet(SolanaAccountMeta account) => account.IsWritable
        ? AccountMeta.Writable(account.Address.ToSolnet(), account.IsSigner)
        : AccountMeta.ReadOnly(account.Address.ToSolnet(), account.IsSigner);

    private static SolanaAccountMeta ToSolana(AccountMeta account) => new(new PublicKey(account.PublicKeyBytes).ToSolanaAddress(), account.IsSigner, account.IsWritable);
}
