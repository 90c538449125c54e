namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What an authority over a mint or token account may do; the values are the programs'.</summary>
public enum TokenAuthority : byte
{
    /// <summary>Make new tokens.</summary>
    MintTokens = 0,

    /// <summary>Freeze and thaw accounts of a mint.</summary>
    FreezeAccount = 1,

    /// <summary>Spend from a token account.</summary>
    AccountOwner = 2,

    /// <summary>Close an empty token account and take its rent.</summary>
    CloseAccount = 3,
}
