using System.Diagnostics;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Encoding;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Benchmarks.Solana;

/// <summary>What signatures, addresses and transactions of Solana cost on one core, beside libsodium where that is installed. Every round measures all rows, so that a busy moment of the machine meets both libraries.</summary>
internal sealed class SolanaBenchmark
{
    private const int Rounds = 7;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(300);

    private readonly Ed25519Signer _signer = Ed25519Signer.Create();
    private readonly byte[] _key = new byte[32], _publicKey = new byte[32], _voucher = new byte[50], _seed = new byte[32], _signature = new byte[64];
    private readonly byte[] _nativeKey = new byte[64], _nativePublicKey = new byte[32], _nativeSignature = new byte[64];
    private readonly SolanaAddress _owner, _mint, _tokenProgram = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    private readonly Ed25519Verification[] _batch = new Ed25519Verification[64];
    private readonly bool[] _results = new bool[64];
    private readonly string _text;
    private readonly char[] _textBuffer = new char[88];
    private ulong _counter;

    private SolanaBenchmark()
    {
        _signer.ExportPrivateKey(_key);
        Ed25519.GetPublicKey(_key, _publicKey);
        _signer.Sign(_voucher, _signature);
        _owner = new SolanaAddress(_publicKey);
        _mint = SolanaAddress.Parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
        _text = _owner.ToString();
        for (int i = 0; i < _batch.Length; i++)
        {
            // A key for each, as vouchers of 64 channels have.
            using var signer = Ed25519Signer.Create();
            byte[] voucher = new byte[50], signature = new byte[64];
            voucher[0] = (byte)i;
            signer.Sign(voucher, signature);
            _batch[i] = new(signer.PublicKey.Bytes, voucher, signature);
        }
    }

    public static void Run()
    {
        Console.WriteLine($"{Machine.Describe()}; one thread; median of {Rounds} rounds of {RoundLength.TotalMilliseconds} ms");
        new SolanaBenchmark().Measure();
    }

    private void Measure()
    {
        bool isNative = LibSodium.IsInstalled;
        if (isNative)
        {
            LibSodium.MakeKey(_key, _nativePublicKey, _nativeKey);
            LibSodium.Sign(_nativeKey, _voucher, _nativeSignature);
        }

        List<(string Name, int Count, Action Ours, Action? Peer)> rows =
        [
            ("Ed25519: sign a voucher", 1, () => _signer.Sign(_voucher, _signature), isNative ? () => LibSodium.Sign(_nativeKey, _voucher, _nativeSignature) : null),
            ("Ed25519: verify it", 1, () => Require(Ed25519.Verify(_publicKey, _voucher, _signature)), isNative ? () => LibSodium.Verify(_nativePublicKey, _voucher, _nativeSignature) : null),
            ("Ed25519: verify 64 vouchers at once", 64, () => Require(Ed25519.VerifyBatch(_batch, _results)), isNative ? VerifyEachNatively : null),
            ("Ed25519: public key of a private one", 1, () => Ed25519.GetPublicKey(_key, _publicKey), isNative ? () => LibSodium.MakeKey(_key, _nativePublicKey, _nativeKey) : null),
            ("transaction: build a transfer with memo", 1, () => Build(), null),
            ("transaction: build, sign, serialize it", 1, () => Build().SignAsync(_signer).AsTask().GetAwaiter().GetResult().Serialize(), null),
            ("program address of three seeds", 1, FindProgramAddress, null),
            ("associated token address", 1, () => AssociatedTokenAddress.Find(new SolanaAddress(Next(_seed)), _mint, _tokenProgram), null),
            ("base 58: write 32 bytes", 1, () => Base58.TryEncode(_publicKey, _textBuffer, out _), null),
            ("base 58: write 64 bytes", 1, () => Base58.TryEncode(_signature, _textBuffer, out _), null),
            ("base 58: read 32 bytes", 1, () => Require(SolanaAddress.TryParse(_text, out _)), null),
        ];

        var results = rows.Select(row => (Ours: new List<double>(), Peer: new List<double>(), Bytes: AllocatedBy(row.Ours))).ToArray();
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                double ours = rows[i].Count * Rate(rows[i].Ours), peer = rows[i].Peer is { } other ? rows[i].Count * Rate(other) : double.NaN;
                if (round >= 0)
                {
                    results[i].Ours.Add(ours);
                    results[i].Peer.Add(peer);
                }
            }
        }

        Console.WriteLine($"{"",-40}{"per second",14}{"each",12}{"bytes",8}{"libsodium",14}{"ratio",8}");
        for (int i = 0; i < rows.Count; i++)
        {
            double ours = new Percentiles(results[i].Ours).P50, peer = new Percentiles(results[i].Peer).P50;
            Console.WriteLine($"{rows[i].Name,-40}{ours,14:N0}{1e6 / ours,9:N2} µs{results[i].Bytes,8}"
                + (rows[i].Peer is null ? "" : $"{peer,14:N0}{ours / peer,8:N2}"));
        }

        if (!isNative)
        {
            Console.WriteLine("libsodium is not installed; on Debian: apt-get install libsodium23.");
        }
    }

    /// <summary>As the peer whose figure is the target's: a transfer of SOL and a memo that the sender signs.</summary>
    private SolanaTransaction Build() => new(SolanaMessage.Compile(
        _owner, [SystemProgram.Transfer(_owner, _mint, ++_counter), MemoProgram.Memo("Hello from DePin.Sdk", _owner)], new SolanaHash(_publicKey)));

    private void VerifyEachNatively()
    {
        foreach (var item in _batch)
        {
            LibSodium.Verify(item.PublicKey.Span, item.Message.Span, item.Signature.Span);
        }
    }

    private void FindProgramAddress()
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("channel"u8);
        seeds.Add(_owner);
        seeds.Add(++_counter);
        ProgramAddress.Find(_tokenProgram, seeds, out _);
    }

    /// <summary>32 bytes that change from call to call: one address has a bump of its own, many have the usual ones.</summary>
    private ReadOnlySpan<byte> Next(Span<byte> buffer)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(buffer, ++_counter);
        return buffer[..32];
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The benchmark computes something wrong.");
        }
    }

    private static double Rate(Action action)
    {
        long count = 0, start = Stopwatch.GetTimestamp(), end = start + (long)(RoundLength.TotalSeconds * Stopwatch.Frequency), now;
        do
        {
            for (int i = 0; i < 16; i++)
            {
                action();
            }

            count += 16;
            now = Stopwatch.GetTimestamp();
        }
        while (now < end);
        return count / Stopwatch.GetElapsedTime(start, now).TotalSeconds;
    }

    private static long AllocatedBy(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
    }
}
