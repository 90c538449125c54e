namespace DePin.Sdk.Chains.Solana.Keys;

/// <summary>Why a key file could not be used.</summary>
public enum SolanaKeyProblem
{
    /// <summary>The file is no JSON array of 64 numbers from 0 to 255.</summary>
    Malformed,

    /// <summary>The public half is not that of the private half: the file was changed or put together wrongly.</summary>
    Mismatch,

    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>There is such a file already, which is left as it is.</summary>
    AlreadyExists,

    /// <summary>The file could not be read or written.</summary>
    Storage,
}
