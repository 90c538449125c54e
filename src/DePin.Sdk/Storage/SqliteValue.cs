using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Storage;

/// <summary>How the SDK's values lie in SQLite: 128-bit integers are 16 bytes big-endian, so that SQL compares them rightly.</summary>
internal static class SqliteValue
{
    public static byte[] ToBlob(UInt128 value)
    {
        var blob = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(blob, value);
        return blob;
    }

    public static UInt128 GetUInt128(this SqliteDataReader reader, int ordinal) =>
        BinaryPrimitives.ReadUInt128BigEndian(reader.GetFieldValue<byte[]>(ordinal));

    public static byte[] GetBlob(this SqliteDataReader reader, int ordinal) => reader.GetFieldValue<byte[]>(ordinal);
}
