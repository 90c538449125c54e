namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>Why the payment-channels program refuses an instruction: the numbers of its custom errors.</summary>
public enum PaymentChannelError
{
    /// <summary>Reserved; the program never says it.</summary>
    NotImplemented = 0,

    /// <summary>A signature is missing.</summary>
    MissingRequiredSignature = 1,

    /// <summary>The channel's status does not allow this.</summary>
    InvalidChannelStatus = 2,

    /// <summary>The account is no channel.</summary>
    InvalidAccountDiscriminator = 3,

    /// <summary>The channel is of another version of the program.</summary>
    UnsupportedChannelVersion = 4,

    /// <summary>The payer is not the channel's.</summary>
    InvalidChannelPayer = 5,

    /// <summary>The payee is not the channel's.</summary>
    InvalidChannelPayee = 6,

    /// <summary>The mint is not the channel's.</summary>
    InvalidChannelMint = 7,

    /// <summary>The event authority is not the program's.</summary>
    InvalidEventAuthority = 8,

    /// <summary>The instruction has too few accounts.</summary>
    NotEnoughAccountKeys = 9,

    /// <summary>The rent payer is not the channel's.</summary>
    InvalidChannelRentPayer = 10,

    /// <summary>The account is not at the address that its seeds give.</summary>
    ChannelAccountMismatch = 50,

    /// <summary>The escrow is not the channel's associated token account.</summary>
    InvalidChannelTokenAccount = 51,

    /// <summary>The escrow has an extension that the program does not take.</summary>
    InvalidChannelTokenExtensions = 52,

    /// <summary>The mint cannot be read, or is another token program's.</summary>
    MintAccountMismatch = 53,

    /// <summary>The token program is neither SPL Token nor Token-2022.</summary>
    InvalidMintTokenProgram = 54,

    /// <summary>A Token-2022 mint or account is malformed.</summary>
    MalformedMintTokenAccountData = 55,

    /// <summary>The extensions of a Token-2022 mint or account are malformed.</summary>
    MalformedMintTokenExtensions = 56,

    /// <summary>The payer's token account is not the associated one.</summary>
    PayerAccountMismatch = 57,

    /// <summary>The payer's token account cannot be used.</summary>
    InvalidPayerTokenAccount = 58,

    /// <summary>The payer's token account has an extension that the program does not take.</summary>
    InvalidPayerTokenExtensions = 59,

    /// <summary>The payee's token account is not the associated one.</summary>
    PayeeAccountMismatch = 60,

    /// <summary>The payee's token account cannot be used.</summary>
    InvalidPayeeTokenAccount = 61,

    /// <summary>The payee's token account has an extension that the program does not take.</summary>
    InvalidPayeeTokenExtensions = 62,

    /// <summary>A deposit of nothing.</summary>
    DepositMustBeNonZero = 200,

    /// <summary>A grace period of nothing.</summary>
    GracePeriodMustBeNonZero = 201,

    /// <summary>No Ed25519 instruction stands right before this one.</summary>
    MissingEd25519Verification = 230,

    /// <summary>The Ed25519 instruction before this one is not of the one layout that counts.</summary>
    MalformedEd25519Instruction = 231,

    /// <summary>The voucher is another channel's.</summary>
    VoucherChannelMismatch = 232,

    /// <summary>The voucher has expired.</summary>
    VoucherExpired = 233,

    /// <summary>The voucher authorizes no more than what is settled.</summary>
    VoucherWatermarkNotMonotonic = 234,

    /// <summary>The voucher authorizes more than what is deposited.</summary>
    VoucherOverDeposit = 235,

    /// <summary>Reserved; an earlier program said it.</summary>
    VoucherMessageMismatch = 236,

    /// <summary>The voucher is signed by another key than the channel's.</summary>
    VoucherSignerMismatch = 237,

    /// <summary>What was signed is no voucher of this version.</summary>
    VoucherBadMagic = 238,

    /// <summary>More recipients than a channel can have.</summary>
    InvalidRecipientCount = 260,

    /// <summary>A share of nothing, shares above the whole, or a share of the channel itself.</summary>
    InvalidSplitConfig = 261,

    /// <summary>The shares overflow.</summary>
    DistributionPartsOverflow = 262,

    /// <summary>A recipient has two shares.</summary>
    DuplicateRecipient = 263,

    /// <summary>A recipient's part overflows.</summary>
    DistributionAmountOverflow = 264,

    /// <summary>The shares' length overflows.</summary>
    DistributionPreimageLengthOverflow = 265,

    /// <summary>The channel is not at the address that the terms give.</summary>
    ChannelAddressMismatch = 2000,

    /// <summary>Payer and payee are the same.</summary>
    PayerPayeeMustDiffer = 2001,

    /// <summary>The authorized signer is no Ed25519 key.</summary>
    InvalidAuthorizedSigner = 2002,

    /// <summary>The open slot is in the future, or too long past.</summary>
    OpenSlotOutOfWindow = 2003,

    /// <summary>The deposit would exceed 64 bits.</summary>
    TopUpDepositOverflow = 2100,

    /// <summary>The deadline overflows.</summary>
    SealDeadlineOverflow = 2200,

    /// <summary>The grace period is not over.</summary>
    SealGracePeriodNotElapsed = 2201,

    /// <summary>The payer has taken its rest already.</summary>
    PayerAlreadyWithdrawn = 2300,

    /// <summary>More is settled than deposited.</summary>
    RefundCalculationOverflow = 2301,

    /// <summary>The channel is neither open nor sealed.</summary>
    ChannelNotDistributable = 2400,

    /// <summary>The treasury's token account is not the associated one.</summary>
    TreasuryAccountMismatch = 2401,

    /// <summary>The treasury's token account cannot be used.</summary>
    InvalidTreasuryTokenAccount = 2402,

    /// <summary>The treasury's token account has an extension that the program does not take.</summary>
    InvalidTreasuryTokenExtensions = 2403,

    /// <summary>A recipient's token account is not the associated one.</summary>
    RecipientAccountMismatch = 2404,

    /// <summary>A recipient's token account cannot be used.</summary>
    InvalidRecipientTokenAccount = 2405,

    /// <summary>A recipient's token account has an extension that the program does not take.</summary>
    InvalidRecipientTokenExtensions = 2406,

    /// <summary>The shares are not those that the channel was opened with.</summary>
    InvalidDistributionHash = 2407,

    /// <summary>Nothing was settled since the last payout.</summary>
    NothingToDistribute = 2408,

    /// <summary>There is not one token account for each recipient.</summary>
    RecipientAccountCountMismatch = 2409,

    /// <summary>More was paid out than settled.</summary>
    DistributePoolOverflow = 2410,

    /// <summary>The escrow's amounts do not add up.</summary>
    DistributeBalanceCalculationOverflow = 2411,

    /// <summary>The rent payer's lamports overflow.</summary>
    RentPayerBalanceOverflow = 2412,

    /// <summary>More payouts than the program can make at once.</summary>
    DistributeTransferQueueOverflow = 2413,

    /// <summary>The rent cannot be reclaimed yet: the window of the open slot is not over.</summary>
    ChannelCloseTooEarly = 2414,
}
