using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm.Escrow;

/// <content>Deployment.</content>
public sealed partial class EvmEscrow
{
    private static readonly Lazy<byte[]> Code = new(() => ContractArtifact.CreationCode(EscrowAbi.Contract));

    /// <summary>The contract that creates others with CREATE2, at one address on nearly every chain; so the escrow has one address on all of them.</summary>
    public static EvmAddress DeterministicDeployer { get; } = EvmAddress.Parse("0x4e59b44847b379578588920cA78FbF26c0B4956C");

    /// <summary>Where an escrow with a grace period is on every chain on which somebody deployed it through <see cref="DeterministicDeployer"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The grace period is not whole seconds between <see cref="MinGracePeriod"/> and <see cref="MaxGracePeriod"/>.</exception>
    public static EvmAddress ComputeAddress(TimeSpan gracePeriod) => ContractAddress.Create2(DeterministicDeployer, default, Hash32.Keccak(InitCode(gracePeriod)));

    /// <summary>Deploys an escrow, or finds it where it was deployed before: at <see cref="ComputeAddress"/>, or, on a chain without that deployer, at an address of its own.</summary>
    /// <param name="client">The node.</param>
    /// <param name="sender">Pays for the deployment and gets no rights by it: the contract has no owner.</param>
    /// <param name="gracePeriod">How long after its payer's request a channel can still be settled, in whole seconds; the same for all channels, for ever.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grace period is not whole seconds between <see cref="MinGracePeriod"/> and <see cref="MaxGracePeriod"/>.</exception>
    /// <exception cref="SettlementException">The deployment failed, or its outcome is unknown.</exception>
    public static async Task<EvmEscrow> DeployAsync(EvmClient client, EvmSender sender, TimeSpan gracePeriod, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(sender);
        var code = InitCode(gracePeriod);
        if ((await client.GetCodeAsync(DeterministicDeployer, cancellationToken: cancellationToken).ConfigureAwait(false)).Length == 0)
        {
            var receipt = await sender.SendAsync(new EvmTransactionRequest { To = null, Data = code, Errors = EscrowAbi.Errors }, cancellationToken).ConfigureAwait(false);
            return await ConnectAsync(client, receipt.ContractAddress!.Value, cancellationToken).ConfigureAwait(false);
        }

        var address = ComputeAddress(gracePeriod);
        if ((await client.GetCodeAsync(address, cancellationToken: cancellationToken).ConfigureAwait(false)).Length == 0)
        {
            // The deployer takes the salt, here zero, and the init code behind it.
            byte[] call = [.. new byte[Hash32.SizeInBytes], .. code];
            await sender.SendAsync(new EvmTransactionRequest { To = DeterministicDeployer, Data = call }, cancellationToken).ConfigureAwait(false);
        }

        return await ConnectAsync(client, address, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] InitCode(TimeSpan gracePeriod)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gracePeriod, MinGracePeriod);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(gracePeriod, MaxGracePeriod);
        if (gracePeriod.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(gracePeriod), gracePeriod, "A grace period has whole seconds.");
        }

        var code = new byte[Code.Value.Length + UInt256.SizeInBytes];
        Code.Value.CopyTo(code, 0);
        new UInt256(0, (UInt128)(ulong)gracePeriod.TotalSeconds).WriteBigEndian(code.AsSpan(Code.Value.Length));
        return code;
    }
}
