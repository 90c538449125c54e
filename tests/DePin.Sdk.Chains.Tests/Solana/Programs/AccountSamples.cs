using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Programs;

/// <summary>The data of accounts, as their programs lay it out.</summary>
internal static class AccountSamples
{
    public static byte[] Token(byte state = 1)
    {
        var data = new byte[165];
        Address(1).CopyTo(data);
        Address(2).CopyTo(data.AsSpan(32));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(64), 1_000);
        data[108] = state;
        return data;
    }

    public static byte[] Mint()
    {
        var data = new byte[82];
        data[0] = 1;
        Address(3).CopyTo(data.AsSpan(4));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(36), 5_000);
        (data[44], data[45]) = (6, 1);
        return data;
    }

    /// <summary>An account of Token-2022: a kind (1 mint, 2 token account) and extensions.</summary>
    public static byte[] Extended(byte[] data, byte kind, params (ushort Type, byte[] Value)[] extensions)
    {
        var bytes = new List<byte>(data);
        bytes.AddRange(new byte[165 - data.Length]);
        bytes.Add(kind);
        foreach (var (type, value) in extensions)
        {
            bytes.AddRange(BitConverter.GetBytes(type));
            bytes.AddRange(BitConverter.GetBytes((ushort)value.Length));
            bytes.AddRange(value);
        }

        return [.. bytes];
    }

    public static byte[] Nonce()
    {
        var data = new byte[80];
        (data[0], data[4]) = (1, 1);
        Address(1).CopyTo(data.AsSpan(8));
        Blockhash.CopyTo(data.AsSpan(40));
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(72), 5_000);
        return data;
    }

    public static byte[] LookupTable(int addresses, ulong deactivated = ulong.MaxValue, ulong extended = 100, byte start = 0)
    {
        var data = new byte[56 + (32 * addresses)];
        data[0] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), deactivated);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(12), extended);
        (data[20], data[21]) = (start, 1);
        Address(9).CopyTo(data.AsSpan(22));
        for (int i = 0; i < addresses; i++)
        {
            Address(i).CopyTo(data.AsSpan(56 + (32 * i)));
        }

        return data;
    }
}
