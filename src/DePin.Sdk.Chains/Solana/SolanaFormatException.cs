namespace DePin.Sdk.Chains.Solana;

/// <summary>Text or bytes from outside are not what an encoding of Solana (base 58, an account, an instruction, a transaction) says they should be.</summary>
public sealed class SolanaFormatException : DePinException
{
    /// <summary>Describes where an input breaks its format.</summary>
    /// <param name="message">What is wrong and what was expected.</param>
    /// <param name="offset">Where: the byte, or the character of a text, counted from the start of the whole input.</param>
    /// <param name="innerException">The cause, if any.</param>
    public SolanaFormatException(string message, int offset, Exception? innerException = null)
        : base(DePinErrorCode.InvalidFrame, DePin.Sdk.Fault.Chain, $"{message} (at offset {offset})", isTransient: false, innerException)
        => Offset = offset;

    /// <summary>Where the input breaks its format: the byte, or the character of a text, counted from the start of the whole input.</summary>
    public int Offset { get; }
}
