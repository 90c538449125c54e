using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Testing.Solana;

public sealed partial class SurfpoolNode
{
    private const string SystemProgram = "11111111111111111111111111111111";
    private const int MintSize = 82;

    // Above what a mint needs to be exempt from rent.
    private const ulong MintLamports = 1_461_600;

    /// <summary>Makes a key that nobody had before, with lamports on its account.</summary>
    /// <param name="lamports">How many; 0 for a key that the chain does not know yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SurfpoolAccount> CreateAccountAsync(ulong lamports = 0, CancellationToken cancellationToken = default)
    {
        var account = ReadAccount(await _process.CommandAsync("account", _options.StartTimeout, cancellationToken).ConfigureAwait(false));
        if (lamports > 0)
        {
            await SetAccountAsync(account.Address, lamports, default, SystemProgram, cancellationToken).ConfigureAwait(false);
        }

        return account;
    }

    /// <summary>Gives an account more SOL.</summary>
    /// <param name="address">The account, in base58.</param>
    /// <param name="lamports">How many lamports.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task AirdropAsync(string address, ulong lamports, CancellationToken cancellationToken = default) => CallAsync("requestAirdrop", [address, lamports], cancellationToken);

    /// <summary>Writes an account as given, whatever it was.</summary>
    /// <param name="address">The account, in base58.</param>
    /// <param name="lamports">Its lamports.</param>
    /// <param name="data">Its data.</param>
    /// <param name="owner">The program that owns it, in base58.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetAccountAsync(string address, ulong lamports, ReadOnlyMemory<byte> data, string owner, CancellationToken cancellationToken = default) => CallAsync(
        "surfnet_setAccount",
        [address, new JsonObject { ["lamports"] = lamports, ["data"] = Convert.ToHexStringLower(data.Span), ["owner"] = owner, ["executable"] = false }],
        cancellationToken);

    /// <summary>Writes the associated token account of an owner, and makes it where it is absent.</summary>
    /// <param name="owner">Whose it is, in base58.</param>
    /// <param name="mint">The token, in base58.</param>
    /// <param name="amount">What it holds from now on, in base units. The token's supply does not follow.</param>
    /// <param name="tokenProgram">The token's program; null for <see cref="TokenProgram"/>.</param>
    /// <param name="isFrozen">Whether it is frozen, as the token's freeze authority may do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetTokenAccountAsync(
        string owner, string mint, ulong amount, string? tokenProgram = null, bool isFrozen = false, CancellationToken cancellationToken = default) => CallAsync(
        "surfnet_setTokenAccount",
        [owner, mint, new JsonObject { ["amount"] = amount, ["state"] = isFrozen ? "frozen" : "initialized" }, tokenProgram ?? TokenProgram],
        cancellationToken);

    /// <summary>Makes a token whose mint authority is <see cref="Payer"/>.</summary>
    /// <param name="decimals">The token's decimals.</param>
    /// <param name="tokenProgram">The token's program; null for <see cref="TokenProgram"/>.</param>
    /// <param name="canFreeze">Whether <see cref="Payer"/> may freeze accounts too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The mint's address, in base58.</returns>
    public async Task<string> CreateMintAsync(byte decimals = 6, string? tokenProgram = null, bool canFreeze = false, CancellationToken cancellationToken = default)
    {
        var mint = await CreateAccountAsync(0, cancellationToken).ConfigureAwait(false);

        // The layout of both token programs: mint authority, supply, decimals, whether it is initialized, freeze authority. Supply is high, since balances are written without it.
        var data = new byte[MintSize];
        data[0] = 1;
        Payer.PublicKey.CopyTo(data.AsMemory(4));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(36), ulong.MaxValue / 2);
        (data[44], data[45]) = (decimals, 1);
        if (canFreeze)
        {
            data[46] = 1;
            Payer.PublicKey.CopyTo(data.AsMemory(50));
        }

        await SetAccountAsync(mint.Address, MintLamports, data, tokenProgram ?? TokenProgram, cancellationToken).ConfigureAwait(false);
        return mint.Address;
    }

    /// <summary>Puts a program at an address, upgradable by nobody. Ends when transactions can call it.</summary>
    /// <param name="address">The program's address, in base58.</param>
    /// <param name="code">The compiled program (ELF).</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SetProgramAsync(string address, ReadOnlyMemory<byte> code, CancellationToken cancellationToken = default)
    {
        await CallAsync("surfnet_writeProgram", [address, Convert.ToHexStringLower(code.Span), 0], cancellationToken).ConfigureAwait(false);

        // A program can be called from the slot after the one that it was written in.
        await WaitForSlotAsync((await GetClockAsync(cancellationToken).ConfigureAwait(false)).Slot + 1, cancellationToken).ConfigureAwait(false);
    }
}
