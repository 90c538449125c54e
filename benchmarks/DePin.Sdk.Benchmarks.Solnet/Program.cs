using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Transactions;
using Solnet.Rpc.Builders;
using Solnet.Wallet;
using Solnet.Wallet.Utilities;
using Ours = DePin.Sdk.Chains.Solana.Programs;
using Theirs = Solnet.Programs;

// dotnet run -c Release --project benchmarks/DePin.Sdk.Benchmarks.Solnet
// What Solana's signatures, addresses and transactions cost on one core, ours and Solnet's in turns of one process.
const int Rounds = 7;
var key = RandomNumberGenerator.GetBytes(Ed25519.PrivateKeySizeInBytes);
using var signer = Ed25519Signer.FromPrivateKey(key);
var publicKey = signer.PublicKey.Bytes.ToArray();
var account = Account.FromSecretKey(Encoders.Base58.EncodeData([.. key, .. publicKey]));
var voucher = RandomNumberGenerator.GetBytes(50);
var signature = account.Sign(voucher);
Require(Ed25519.Verify(publicKey, voucher, signature));

var payer = new SolanaAddress(publicKey);
var receiver = new SolanaAddress(RandomNumberGenerator.GetBytes(SolanaAddress.SizeInBytes));
var receiverKey = new PublicKey(receiver.ToString());
var blockhash = new SolanaHash(RandomNumberGenerator.GetBytes(SolanaHash.SizeInBytes));
var blockhashText = blockhash.ToString();
var mint = new SolanaAddress(RandomNumberGenerator.GetBytes(SolanaAddress.SizeInBytes));
var mintKey = new PublicKey(mint.ToString());
long owners = 0;

(string Name, Action Ours, Action Theirs)[] rows =
[
    ("Ed25519: sign a voucher", () => Sign(), () => account.Sign(voucher)),
    ("Ed25519: verify it", () => Require(Ed25519.Verify(publicKey, voucher, signature)), () => Require(account.PublicKey.Verify(voucher, signature))),
    ("a transfer with memo: build, sign, serialize", () => Transfer(), () => TheirTransfer()),
    ("associated token address", () => AssociatedTokenAddress.Find(new SolanaAddress(NextOwner()), mint, Ours.TokenProgram.ProgramId), () => Theirs.AssociatedTokenAccountProgram.DeriveAssociatedTokenAccount(new PublicKey(NextOwner()), mintKey)),
];
Console.WriteLine($"{"one core, a second",-46}{"ours",12}{"bytes",8}{"Solnet",12}{"bytes",9}{"ratio",8}");
foreach (var (name, ours, theirs) in rows)
{
    var (mine, other) = (new double[Rounds], new double[Rounds]);
    var (myBytes, otherBytes) = (0L, 0L);
    for (int round = 0; round < Rounds; round++)
    {
        (mine[round], myBytes) = Measure(ours);
        (other[round], otherBytes) = Measure(theirs);
    }

    Array.Sort(mine);
    Array.Sort(other);
    Console.WriteLine($"{name,-46}{mine[Rounds / 2],12:N0}{myBytes,8:N0}{other[Rounds / 2],12:N0}{otherBytes,9:N0}{mine[Rounds / 2] / other[Rounds / 2],8:F1}");
}

static (double PerSecond, long Bytes) Measure(Action action)
{
    for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 50;)
    {
        action();
    }

    int count = 0;
    long before = GC.GetAllocatedBytesForCurrentThread();
    var time = Stopwatch.StartNew();
    for (; time.ElapsedMilliseconds < 400; count++)
    {
        action();
    }

    return (count / time.Elapsed.TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - before) / count);
}

static void Require(bool holds)
{
    if (!holds)
    {
        throw new InvalidOperationException("A signature that was just made does not verify.");
    }
}

void Sign() => signer.SignAsync(voucher).AsTask().GetAwaiter().GetResult();

byte[] Transfer() => new SolanaTransaction(SolanaMessage.Compile(payer, [Ours.SystemProgram.Transfer(payer, receiver, 1), Ours.MemoProgram.Memo("hello")], blockhash))
    .SignAsync(signer).AsTask().GetAwaiter().GetResult().Serialize();

byte[] TheirTransfer() => new TransactionBuilder().SetRecentBlockHash(blockhashText).SetFeePayer(account.PublicKey)
    .AddInstruction(Theirs.SystemProgram.Transfer(account.PublicKey, receiverKey, 1)).AddInstruction(Theirs.MemoProgram.NewMemo(account.PublicKey, "hello")).Build(account);

// A new one each time: who pays many pays different ones.
byte[] NextOwner()
{
    var owner = new byte[SolanaAddress.SizeInBytes];
    BinaryPrimitives.WriteInt64LittleEndian(owner, ++owners);
    return owner;
}
