using DePin.Sdk.Chains.Evm.Transactions;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>One signature under a nonce: what was asked for, or a transfer of nothing in its place.</summary>
/// <param name="Signed">The transaction.</param>
/// <param name="IsCancellation">Whether it only uses the nonce up.</param>
internal sealed record SignedAttempt(SignedEvmTransaction Signed, bool IsCancellation)
{
    public Hash32 Hash => Signed.Hash;

    public EvmTransaction Transaction => Signed.Transaction;
}
