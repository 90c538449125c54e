using DePin.Sdk;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Keys;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Solana;

namespace Quickstart;

/// <summary>Test dollars on a Solana chain: one that is started here, or any other with the payment-channels program.</summary>
internal sealed class SolanaMoney : ChainMoney
{
    // What a provider needs for the fees of its claims.
    private const ulong ProviderLamports = 10_000_000;

    // After this many slots since its opening, a closed channel's rent can be fetched back.
    private const int RentSlots = 1_501;

    private static readonly SignatureVerifiers AllVerifiers = SignatureVerifiers.Default.With(new Ed25519Verifier());

    private readonly SurfpoolNode? _node;
    private readonly IJsonRpcTransport _transport;
    private readonly Uri _rpc;
    private readonly Ed25519Signer _houseKey;
    private readonly SolanaSender _house;
    private readonly SolanaSettlement _settlement;
    private readonly SolanaReport _report;

    private SolanaMoney(SurfpoolNode? node, IJsonRpcTransport transport, Uri rpc, Ed25519Signer houseKey, SolanaSender house, SolanaSettlement settlement, SolanaReport report)
    {
        (_node, _transport, _rpc, _houseKey, _house, _settlement, _report) = (node, transport, rpc, houseKey, house, settlement, report);
    }

    public override ISettlementBackend Settlement => _settlement;

    public override SignatureVerifiers Verifiers => AllVerifiers;

    public override string[] ProviderArguments => ["solana", _rpc.ToString(), _report.Mint.ToString()];

    protected override ChainReport Report => _report;

    /// <summary>Starts a chain for this run, with a test double of the program at its address on mainnet.</summary>
    public static async Task<Money> StartAsync(string folder)
    {
        var options = new SurfpoolOptions { Progress = Console.WriteLine };
        options.Programs.Add(PaymentChannelProgram.Mainnet.ProgramId.ToString(), SolanaPrograms.PaymentChannels);
        var node = await SurfpoolNode.StartAsync(options);
        Console.WriteLine($"Started a Solana chain of your own at {node.RpcUrl} (surfpool); it ends with this program. To settle on another one: --chain solana --rpc URL --key FILE");
        return await ConnectAsync(node, node.RpcUrl, Ed25519Signer.FromPrivateKey(node.Payer.PrivateKey.Span), folder);
    }

    /// <summary>Uses a chain that exists.</summary>
    public static async Task<Money> ConnectAsync(Uri rpc, string keyFile, string folder) => await ConnectAsync(null, rpc, await SolanaKeyFile.ReadAsync(keyFile), folder);

    /// <summary>What a provider's process does: the same program and token, with a key of its own in a file as Solana's tools write it.</summary>
    public static async Task<ProviderAccount> OpenProviderAsync(Uri rpc, string mint, string folder)
    {
        var keyFile = Path.Combine(folder, "key.json");
        var signer = File.Exists(keyFile) ? await SolanaKeyFile.ReadAsync(keyFile) : await SolanaKeyFile.CreateAsync(keyFile);
        var settlement = await SolanaSettlement.ConnectAsync(new SolanaClient(new HttpJsonRpcTransport(rpc)), Options(rpc, folder, feePayer: null));
        var dollar = settlement.GetAsset(SolanaAddress.Parse(mint));
        return new ProviderAccount(signer, settlement, AllVerifiers, dollars => Amount.FromDecimal(dollars, dollar, Decimals));
    }

    public override Amount Dollars(decimal dollars) => Amount.FromDecimal(dollars, _settlement.GetAsset(_report.Mint), Decimals);

    // A player holds dollars and no SOL: the house pays for the accounts and channels of its players.
    public override async Task<ISigner> CreatePlayerAsync(string name, decimal dollars)
    {
        var signer = Ed25519Signer.Create();
        var player = AddressOf(signer);
        await _house.SendAsync(new SolanaTransactionRequest
        {
            Instructions =
            [
                AssociatedTokenProgram.CreateIdempotent(_house.FeePayer, player, _report.Mint),
                TokenProgram.MintTo(_report.Mint, AssociatedTokenAddress.Find(player, _report.Mint, TokenProgram.ProgramId), _house.FeePayer, (ulong)Dollars(dollars).BaseUnits),
            ],
        });
        _report.Add(name, player.ToString(), 0, Dollars(dollars));
        return signer;
    }

    // A provider pays the fees of its claims. Without a token account it would make one with its first claim.
    public override async Task WelcomeProviderAsync(string name, AccountId account)
    {
        var provider = SolanaAddress.Parse(account.Address);
        await _house.SendAsync(new SolanaTransactionRequest
        {
            Instructions = [SystemProgram.Transfer(_house.FeePayer, provider, ProviderLamports), AssociatedTokenProgram.CreateIdempotent(_house.FeePayer, provider, _report.Mint)],
        });
        _report.Add(name, provider.ToString(), ProviderLamports, Dollars(0));
    }

    public override async Task ReportAsync()
    {
        await base.ReportAsync();
        var (channels, rent) = await _report.ReadRentAsync();
        Console.WriteLine($"The accounts of {channels} closed channels hold {SolanaReport.Sol(rent)} of the house's for another 10 minutes, so that no channel comes again.");
        if (_node is not null)
        {
            await _node.AdvanceSlotsAsync(RentSlots);
            await _settlement.ReclaimRentAsync(_houseKey);
            var (left, _) = await _report.ReadRentAsync();
            Console.WriteLine($"{RentSlots} slots later it is fetched back: {left} of the accounts are left.");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _settlement.DisposeAsync();
        await _house.DisposeAsync();
        _houseKey.Dispose();
        await _transport.DisposeAsync();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    private static async Task<Money> ConnectAsync(SurfpoolNode? node, Uri rpc, Ed25519Signer key, string folder)
    {
        var transport = new HttpJsonRpcTransport(rpc);
        var client = new SolanaClient(transport);
        var house = await SolanaSender.OpenAsync(client, key, SenderOptions(rpc));

        // First: where the program is not, nothing is to be made.
        var settlement = await SolanaSettlement.ConnectAsync(client, Options(rpc, Path.Combine(folder, "players"), key));
        var mint = await CreateTokenAsync(client, house);
        Console.WriteLine($"Channels live in the program {PaymentChannelProgram.Mainnet.ProgramId}; made a test dollar {mint}.");
        return new SolanaMoney(node, transport, rpc, key, house, settlement, new SolanaReport(client, PaymentChannelProgram.Mainnet, mint, Decimals));
    }

    private static async Task<SolanaAddress> CreateTokenAsync(SolanaClient client, SolanaSender house)
    {
        using var mintKey = Ed25519Signer.Create();
        var mint = AddressOf(mintKey);
        var rent = await client.GetMinimumBalanceForRentExemptionAsync(TokenMint.SizeInBytes);
        await house.SendAsync(new SolanaTransactionRequest
        {
            Instructions =
            [
                SystemProgram.CreateAccount(house.FeePayer, mint, rent, TokenMint.SizeInBytes, TokenProgram.ProgramId),
                TokenProgram.InitializeMint(mint, Decimals, mintAuthority: house.FeePayer),

                // The program sends what nobody is owed to its treasury, which needs an account in every token.
                AssociatedTokenProgram.CreateIdempotent(house.FeePayer, PaymentChannelProgram.Mainnet.TreasuryOwner, mint),
            ],
            Signers = [mintKey],
        });
        return mint;
    }

    private static SolanaSettlementOptions Options(Uri rpc, string folder, ISigner? feePayer) => new() { DataDirectory = folder, FeePayer = feePayer, Sender = SenderOptions(rpc) };

    // A chain on this machine may be asked more often than others would like.
    private static SolanaSenderOptions SenderOptions(Uri rpc) => rpc.IsLoopback ? new() { PollInterval = TimeSpan.FromSeconds(0.1) } : new();

    private static SolanaAddress AddressOf(Ed25519Signer signer) =>
        SolanaAddress.TryFromPublicKey(signer.PublicKey, out var address) ? address : throw new InvalidOperationException("A key of Ed25519 has an address.");
}
