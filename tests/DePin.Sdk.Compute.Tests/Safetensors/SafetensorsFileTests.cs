using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Safetensors;

namespace DePin.Sdk.Compute.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    public static TheoryData<string, byte[], string> Lies
    {
        get
        {
            var data = new TheoryData<string, byte[], string>();
            void AddRaw(string name, byte[] file, string message) => data.Add(name, file, message);
            void Add(string name, string header, string message) => AddRaw(name, SafetensorsBuilder.Build(header, null, new byte[16]), message);
            void AddEntry(string name, string entry, string message) => Add(name, "{\"t\":{" + entry + "}}", message);

            AddRaw("short", [1, 2, 3], "too short");
            AddRaw("header length", SafetensorsBuilder.Build("{}", ulong.MaxValue, []), "claims a header");
            AddRaw("header beyond end", SafetensorsBuilder.Build("{}", 100, []), "claims a header");
            Add("no JSON", "nothing", "not valid JSON");
            Add("list", "[]", "StartArray where StartObject");
            Add("cut off", """{"t":{"dtype":"F32",""", "not valid JSON");
            Add("deep", """{"__metadata__":{"a":[[[[[[1]]]]]]}}""", "not valid JSON");
            Add("empty name", """{"":{}}""", "1 to 512 bytes");
            Add("long name", "{\"" + new string('n', 600) + "\":{}}", "1 to 512 bytes");
            Add("entry no object", """{"t":1}""", "Number where StartObject");
            Add("surrogate", """{"\ud800":{}}""", "not valid JSON");
            Add("twice", """{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "appears twice");
            Add("overlap", """{"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"u":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", "overlaps");
            AddEntry("lacks type", "\"shape\":[1],\"data_offsets\":[0,4]", "lacks");
            AddEntry("lacks offset", "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]", "lacks");
            AddEntry("unknown key", "\"dtype\":\"F32\",\"size\":1", "nothing else");
            AddEntry("key twice", "\"dtype\":\"F32\",\"dtype\":\"F32\"", "nothing else");
            AddEntry("too many dimensions", "\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1]", "At most 8");
            AddEntry("negative", "\"dtype\":\"F32\",\"shape\":[-1]", "At most 8");
            AddEntry("fraction", "\"dtype\":\"F32\",\"shape\":[1.5]", "At most 8");
            AddEntry("texts in shape", "\"dtype\":\"F32\",\"shape\":[\"a\"]", "Only numbers");
            AddEntry("beyond data", "\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]", "beyond the 16 bytes");
            AddEntry("backwards", "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]", "beyond");
            AddEntry("size differs", "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]", "needs 8");
            AddEntry("product overflows", "\"dtype\":\"F32\",\"shape\":[9223372036854775807,9223372036854775807,4],\"data_offsets\":[0,4]", "needs");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public void Open_Lie_ThrowsWithPlaceAndFile(string name, byte[] file, string message)
    {
        Assert.NotEmpty(name);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ModelFormatException>(() => Open(file).Dispose());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (16L * file.Length));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Offset, 0, file.Length);
        Assert.Equal("model.safetensors", error.File);
        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ValidFile_FindsEveryTensor()
    {
        using var file = Open(new SafetensorsBuilder().Add("a", [2], [1, 2]).Add("b", "I64", [], new byte[8]).Add("none", "F16", [0], []).Build());
        Assert.Equal(["a", "b", "none"], file.Tensors.Keys);
        Assert.Equal(file.Tensors["a"].FileOffset + 8, file.Tensors["b"].FileOffset);
        Assert.Equal(GgufTensorType.F32, file.Tensors["a"].WeightType);
        Assert.Null(file.Tensors["b"].WeightType);
    }

    private static SafetensorsFile Open(byte[] content) => SafetensorsFile.Open(FileBytes.Copy(content), "/folder/model.safetensors");
}
