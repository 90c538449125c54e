using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Gguf;

public sealed class GgufFileTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Parse_EveryValueType_ReadsBack(int version)
    {
        var builder = new GgufBuilder { Version = (uint)version }
            .Add("u8", (byte)200).Add("i8", (sbyte)-3).Add("u16", (ushort)60000).Add("i16", (short)-30000)
            .Add("u32", uint.MaxValue).Add("i32", int.MinValue).Add("u64", (ulong)long.MaxValue).Add("i64", long.MinValue)
            .Add("f32", 1.5f).Add("f64", -2.25).Add("yes", true).Add("no", false).Add("text", "grüße")
            .Add("texts", new[] { "a", "", "ü" }).Add("numbers", new[] { 1f, 2f }).Add("integers", new[] { -1, 7 });
        using var file = GgufFile.Parse(builder.Build());
        long Integer(string key) => file.Metadata.TryGetInteger(key, out long value) ? value : throw new KeyNotFoundException(key);
        Assert.Equal(version, file.Version);
        Assert.Equal(
            [200, -3, 60000, -30000, uint.MaxValue, int.MinValue, long.MaxValue, long.MinValue],
            ((string[])["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"]).Select(Integer));
        Assert.True(file.Metadata.TryGetNumber("f32", out double single) && single == 1.5);
        Assert.True(file.Metadata.TryGetNumber("f64", out double number) && number == -2.25);
        Assert.True(file.Metadata.TryGetBoolean("yes", out bool yes) && yes);
        Assert.True(file.Metadata.TryGetBoolean("no", out bool no) && !no);
        Assert.True(file.Metadata.TryGetString("text", out string? text) && text == "grüße");
        Assert.True(file.Metadata.TryGetStrings("texts", out string[]? texts));
        Assert.Equal<string>(["a", "", "ü"], texts);
        Assert.True(file.Metadata.TryGetNumbers("numbers", out float[]? numbers));
        Assert.Equal<float>([1f, 2f], numbers);
        Assert.True(file.Metadata.TryGetIntegers("integers", out long[]? integers));
        Assert.Equal<long>([-1, 7], integers);
        Assert.False(file.Metadata.TryGetString("absent", out _));
        Assert.Equal(16, file.Metadata.Keys.Count);
    }

    [Fact]
    public void TryGet_OtherType_ThrowsWithKeyAndOffset()
    {
        using var file = GgufFile.Parse(new GgufBuilder().Add("key", "text").Build());
        var error = Assert.Throws<ModelFormatException>(() => file.Metadata.TryGetInteger("key", out _));
        Assert.Equal("key", error.Subject);
        Assert.Equal(24 + 8 + 3 + 4, error.Offset);
        Assert.Throws<ModelFormatException>(() => file.Metadata.TryGetNumber("key", out _));
        Assert.Throws<ModelFormatException>(() => file.Metadata.TryGetBoolean("key", out _));
        Assert.Throws<ModelFormatException>(() => file.Metadata.TryGetStrings("key", out _));
        Assert.Throws<ModelFormatException>(() => file.Metadata.TryGetIntegers("key", out _));
    }

    [Theory]
    [InlineData(GgufTensorType.F32)]
    [InlineData(GgufTensorType.F16)]
    [InlineData(GgufTensorType.BF16)]
    [InlineData(GgufTensorType.Q8_0)]
    [InlineData(GgufTensorType.Q4_0)]
    public void ReadRows_EveryType_GivesTheStoredNumbers(GgufTensorType type)
    {
        float[] values = [.. Enumerable.Range(0, 3 * 64).Select(i => MathF.Sin(i))];
        byte[] data = WeightEncoder.Encode(values, type);
        using var file = GgufFile.Parse(new GgufBuilder().AddTensor("t", type, [64, 3], data).Build());
        var tensor = file.Tensors["t"];
        Assert.Equal((64L, 3L, type), (tensor.Columns, tensor.Rows, tensor.Type));
        float[] rows = new float[128];
        file.ReadRows(tensor, 1, rows);
        Assert.Equal(WeightEncoder.Decode(data, type).Skip(64).Select(d => (float)d), rows);
        Assert.Throws<ArgumentException>(() => file.ReadRows(tensor, 2, rows));
        Assert.Throws<ArgumentException>(() => file.ReadRows(tensor, 0, new float[65]));
    }

    [Fact]
    public void Open_File_MapsItAndClosesIt()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new TinyModel().Build().Build());
            var file = GgufFile.Open(path);
            Assert.Equal(new FileInfo(path).Length, file.Bytes.Length);
            file.Dispose();
            file.Dispose();
            Assert.Throws<ObjectDisposedException>(() => file.Metadata.TryGetString("general.architecture", out _));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Open_EmptyOrAbsentFile_Throws()
    {
        string path = Path.GetTempFileName();
        try
        {
            Assert.Equal(0, Assert.Throws<ModelFormatException>(() => GgufFile.Open(path)).Offset);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FileNotFoundException>(() => GgufFile.Open(path));
    }
}
