using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Staking.Internal;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>A pool of stakes under the same terms.</summary>
/// <param name="Address">Its account, which follows from the terms.</param>
/// <param name="Vault">The token account that holds what is staked, posted and owed; the pool's own.</param>
/// <param name="Terms">Its terms.</param>
public sealed record ProviderStakePool(SolanaAddress Address, SolanaAddress Vault, ProviderStakeTerms Terms)
{
    /// <summary>The length of the account, in bytes.</summary>
    public const int SizeInBytes = 224;

    /// <summary>Reads the terms in a pool's account; <see cref="ProviderStakeProgram.FindPool"/> says whether they are those of its address.</summary>
    /// <exception cref="SolanaFormatException">The data are no pool's.</exception>
    public static ProviderStakeTerms ParseTerms(ReadOnlySpan<byte> data)
    {
        StakeLayout.Check(data, StakeLayout.Pool, SizeInBytes, "pool");
        return new ProviderStakeTerms
        {
            ThawPeriod = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32LittleEndian(data[4..])),
            VetoWindow = TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32LittleEndian(data[8..])),
            SlashShare = BinaryPrimitives.ReadUInt16LittleEndian(data[12..]),
            MinimumStake = BinaryPrimitives.ReadUInt64LittleEndian(data[16..]),
            Bond = BinaryPrimitives.ReadUInt64LittleEndian(data[24..]),
            Mint = new SolanaAddress(data.Slice(32, 32)),
            Treasury = new SolanaAddress(data.Slice(96, 32)),
            Guardian = new SolanaAddress(data.Slice(128, 32)),
            ChannelsProgram = new SolanaAddress(data.Slice(160, 32)),
        };
    }
}
