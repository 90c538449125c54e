using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Sending;

namespace DePin.Sdk.Chains.Evm.Escrow;

/// <content>The transactions that call the contract.</content>
public sealed partial class EvmEscrow
{
    /// <summary>The length of a voucher in <see cref="SettleBatch"/>.</summary>
    public const int BatchRowSizeInBytes = BatchRow.SizeInBytes;

    /// <summary>Opens a channel with the sender's money: of a token that it approved before, or of the chain's coin.</summary>
    /// <param name="terms">The channel; its payer is whoever sends this.</param>
    /// <param name="deposit">Base units, from 1 to <see cref="MaxDeposit"/>.</param>
    public EvmTransactionRequest Open(in EvmChannelTerms terms, UInt128 deposit) =>
        Call(EscrowAbi.Open.EncodeCall(terms.Payee, terms.Token, deposit, terms.Salt, terms.AuthorizedSigner), terms.Token.IsZero ? deposit : UInt256.Zero);

    /// <summary>Opens a channel with a permit of its payer, who sends this, in place of an approval (EIP-2612).</summary>
    /// <param name="terms">The channel.</param>
    /// <param name="deposit">Base units, from 1 to <see cref="MaxDeposit"/>; what the permit allows.</param>
    /// <param name="deadline">The permit's deadline, in Unix seconds.</param>
    /// <param name="permit">The payer's signature of the permit.</param>
    public EvmTransactionRequest OpenWithPermit(in EvmChannelTerms terms, UInt128 deposit, UInt256 deadline, EvmSignature permit) => Call(
        EscrowAbi.OpenWithPermit.EncodeCall(
            terms.Payee, terms.Token, deposit, terms.Salt, terms.AuthorizedSigner, deadline, permit.YParity ? 28UL : 27UL, Hash32.FromUInt256(permit.R), Hash32.FromUInt256(permit.S)));

    /// <summary>Opens a channel with money of its payer, who signed an authorization (EIP-3009); anybody may send it.</summary>
    /// <param name="terms">The channel.</param>
    /// <param name="deposit">Base units, from 1 to <see cref="MaxDeposit"/>; what is authorized.</param>
    /// <param name="validAfter">Unix seconds, as authorized.</param>
    /// <param name="validBefore">Unix seconds, as authorized.</param>
    /// <param name="nonce">As authorized: it is bound to the terms.</param>
    /// <param name="signature">The payer's signature: 65 bytes, or what its contract takes.</param>
    public EvmTransactionRequest OpenWithAuthorization(in EvmChannelTerms terms, UInt128 deposit, UInt256 validAfter, UInt256 validBefore, Hash32 nonce, byte[] signature) => Call(
        EscrowAbi.OpenWithAuthorization.EncodeCall(
            terms.Payee, terms.Token, deposit, terms.Salt, terms.AuthorizedSigner, terms.Payer, validAfter, validBefore, nonce, signature));

    /// <summary>Adds to a deposit. Sent by the payer, it takes a request to close back.</summary>
    public EvmTransactionRequest TopUp(in EvmChannelTerms terms, UInt128 additional) =>
        Call(EscrowAbi.TopUp.EncodeCall(EscrowAbi.Encode(terms), additional), terms.Token.IsZero ? additional : UInt256.Zero);

    /// <summary>Pays the payee what a voucher grants beyond what was paid; anybody may send it.</summary>
    /// <param name="terms">The channel.</param>
    /// <param name="cumulative">What the voucher grants in all, in base units.</param>
    /// <param name="signature">65 bytes, 64 (EIP-2098), or what an ERC-1271 signer takes.</param>
    public EvmTransactionRequest Settle(in EvmChannelTerms terms, UInt128 cumulative, byte[] signature) =>
        Call(EscrowAbi.Settle.EncodeCall(EscrowAbi.Encode(terms), cumulative, signature));

    /// <summary>Settles vouchers of many channels of one payee and token, with one payment; anybody may send it. The contract passes over rows that do not hold.</summary>
    /// <param name="payee">The payee of all the channels.</param>
    /// <param name="token">The token of all the channels.</param>
    /// <param name="rows">Rows of <see cref="WriteBatchRow"/>.</param>
    public EvmTransactionRequest SettleBatch(EvmAddress payee, EvmAddress token, byte[] rows) => Call(EscrowAbi.SettleBatch.EncodeCall(payee, token, rows));

    /// <summary>Closes a channel: settles a last voucher and refunds the payer. Only the payee may.</summary>
    /// <param name="terms">The channel.</param>
    /// <param name="cumulative">What the last voucher grants in all; at most what was settled for none.</param>
    /// <param name="signature">The voucher's signature; empty for none.</param>
    public EvmTransactionRequest Close(in EvmChannelTerms terms, UInt128 cumulative, byte[] signature) =>
        Call(EscrowAbi.Close.EncodeCall(EscrowAbi.Encode(terms), cumulative, signature));

    /// <summary>Starts the grace period. Only the payer may.</summary>
    public EvmTransactionRequest RequestClose(in EvmChannelTerms terms) => Call(EscrowAbi.RequestClose.EncodeCall(EscrowAbi.Encode(terms)));

    /// <summary>Gives the payer the rest back when the grace period is over; anybody may send it.</summary>
    public EvmTransactionRequest Withdraw(in EvmChannelTerms terms) => Call(EscrowAbi.Withdraw.EncodeCall(EscrowAbi.Encode(terms)));

    /// <summary>Writes a voucher as a row of <see cref="SettleBatch"/>.</summary>
    /// <param name="terms">The channel.</param>
    /// <param name="cumulative">What the voucher grants in all, in base units, at most <see cref="MaxDeposit"/>.</param>
    /// <param name="signature">By the signer's key; contracts that sign need <see cref="Settle"/>.</param>
    /// <param name="destination">Receives <see cref="BatchRowSizeInBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too short, or the amount above what a channel holds.</exception>
    public static void WriteBatchRow(in EvmChannelTerms terms, UInt128 cumulative, EvmSignature signature, Span<byte> destination)
    {
        if (destination.Length < BatchRow.SizeInBytes || cumulative > MaxDeposit)
        {
            throw new ArgumentException($"A row has {BatchRow.SizeInBytes} bytes, and grants at most 2^96-1 base units.", nameof(destination));
        }

        BatchRow.Write(terms, cumulative, signature, destination);
    }

    private EvmTransactionRequest Call(byte[] data, UInt256 value = default) => new() { To = Address, Value = value, Data = data, Errors = EscrowAbi.Errors };
}
