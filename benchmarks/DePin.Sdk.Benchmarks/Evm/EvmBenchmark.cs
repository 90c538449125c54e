using System.Diagnostics;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Evm.TypedData;

namespace DePin.Sdk.Benchmarks.Evm;

/// <summary>What a voucher costs on one core, and what it is made of, beside libsecp256k1 where that is installed. Every round measures all rows, so that a busy moment of the machine meets both libraries.</summary>
internal sealed class EvmBenchmark
{
    private const int Rounds = 7;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(300);

    private readonly TypedDataDomain _domain = TypedDataDomain.PaymentChannel(8453, EvmAddress.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"));
    private readonly Hash32 _channel = Hash32.Keccak("channel"u8);
    private readonly Secp256k1Signer _signer = Secp256k1Signer.Create();
    private readonly EvmAddress _account;
    private readonly byte[] _key = new byte[32], _digest = new byte[32], _signature = new byte[64], _message = new byte[1_024], _hash = new byte[32], _voucherDigest = new byte[32], _voucherBytes = new byte[64];
    private readonly byte[] _nativeSignature = new byte[65], _nativeKey = new byte[64];
    private readonly Secp256k1PublicKey _publicKey;
    private readonly EvmSignature _voucherSignature;
    private readonly AbiFunction _transfer = AbiFunction.Parse("transfer(address to, uint256 value)", "(bool)");
    private readonly EvmTransaction _transaction = new() { ChainId = 8453, Nonce = 5, GasLimit = 60_000, MaxFeePerGas = 1_000_000_000, To = EvmAddress.Zero, Data = new byte[68] };
    private readonly byte[] _call;
    private readonly int _recoveryId;
    private ulong _amount;

    private EvmBenchmark()
    {
        _account = EvmAddress.FromPublicKey(_signer.Point);
        _signer.ExportPrivateKey(_key);
        _publicKey = _signer.Point;
        Hash32.Keccak("digest"u8).CopyTo(_digest);
        _recoveryId = Secp256k1.Sign(_key, _digest, _signature);
        _voucherSignature = EvmSignature.Sign(_key, _domain.Digest(new PaymentVoucher(_channel, 7)));
        _call = _transfer.EncodeCall(_account, 1_000_000UL);
    }

    public static void Run()
    {
        Console.WriteLine($"{Machine.Describe()}; one thread; median of {Rounds} rounds of {RoundLength.TotalMilliseconds} ms");
        new EvmBenchmark().Measure();
    }

    private void Measure()
    {
        using var native = LibSecp256k1.IsInstalled ? new LibSecp256k1() : null;
        List<(string Name, Action Ours, Action? Peer)> rows =
        [
            ("sign a digest", () => Secp256k1.Sign(_key, _digest, _signature), native is null ? null : () => native.Sign(_key, _digest, _nativeSignature)),
            ("recover the key", Recover, native is null ? null : () => native.Recover(_nativeSignature, _digest, _nativeKey)),
            ("verify, key known", () => Require(_publicKey.Verify(_digest, _signature)), native is null ? null : () => native.Verify(_nativeSignature, _digest, _nativeKey)),
            ("voucher: hash and sign", SignVoucher, null),
            ("voucher: hash, recover, compare", VerifyVoucher, null),
            ("transaction: encode, hash, sign", () => _transaction.Sign(EvmSignature.Sign(_key, _transaction.SigningHash())), null),
            ("ABI: encode transfer", () => _transfer.EncodeCall(_account, 1_000_000UL), null),
            ("ABI: decode transfer", () => _transfer.DecodeCall(_call), null),
            ("EIP-712: hash a voucher", () => _domain.Digest(new PaymentVoucher(_channel, ++_amount)), null),
            ("Keccak-256 of 32 bytes", () => Keccak256.HashData(_message.AsSpan(0, 32), _hash), null),
            ("Keccak-256 of 1,024 bytes", () => Keccak256.HashData(_message, _hash), null),
        ];

        native?.Sign(_key, _digest, _nativeSignature);
        native?.Recover(_nativeSignature, _digest, _nativeKey);
        var results = rows.Select(row => (Ours: new List<double>(), Peer: new List<double>(), Bytes: AllocatedBy(row.Ours))).ToArray();
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                double ours = Rate(rows[i].Ours), peer = rows[i].Peer is { } other ? Rate(other) : double.NaN;
                if (round >= 0)
                {
                    results[i].Ours.Add(ours);
                    results[i].Peer.Add(peer);
                }
            }
        }

        Console.WriteLine($"{"",-36}{"per second",14}{"each",12}{"bytes",8}{"libsecp256k1",16}{"ratio",8}");
        for (int i = 0; i < rows.Count; i++)
        {
            double ours = new Percentiles(results[i].Ours).P50, peer = new Percentiles(results[i].Peer).P50;
            Console.WriteLine($"{rows[i].Name,-36}{ours,14:N0}{1e6 / ours,9:N2} µs{results[i].Bytes,8}"
                + (rows[i].Peer is null ? "" : $"{peer,16:N0}{ours / peer,8:N2}"));
        }

        if (native is null)
        {
            Console.WriteLine("libsecp256k1 is not installed; on Debian: apt-get install libsecp256k1-1.");
        }
    }

    private void Recover() => Require(Secp256k1.TryRecover(_digest, _signature, _recoveryId, out _));

    private void SignVoucher()
    {
        _domain.Digest(new PaymentVoucher(_channel, ++_amount)).CopyTo(_voucherDigest);
        _signer.SignDigest(_voucherDigest, _voucherBytes);
    }

    private void VerifyVoucher() => Require(_voucherSignature.TryRecover(_domain.Digest(new PaymentVoucher(_channel, 7)), out var by) && by == _account);

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
