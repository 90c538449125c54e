using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Gguf;

public sealed class DequantizerTests
{
    /// <summary>Two blocks of made-up bytes, and what the reference code of the format makes of them: every 37th number and two sums.</summary>
    public static TheoryData<GgufTensorType, int, double[], double, double> Blocks => new()
    {
        {
            GgufTensorType.Q4_K, 144,
            [0.4375, 1.8125, 1.953125, -2.71875, 3.8125, -2.125, -0.3671875, -0.890625, -1.078125, 1.21875, 1.984375, -1.921875, 0.328125, 0.671875],
            533.28125, 157800.4375
        },
        {
            GgufTensorType.Q5_K, 176,
            [5.4375, 2.25, 14.0625, -2.8125, 2.5234375, -2.1875, 2.6015625, 1.546875, 10.078125, 7.6875, 9.984375, 16.234375, 8.109375, 0.84375],
            2376.59375, 665729.7265625
        },
        {
            GgufTensorType.Q6_K, 210,
            [13.2890625, -3.7734375, 4.0, 0.09375, -11.484375, 2.953125, 14.765625, -20.671875, 13.671875, -36.15625, 1.75, -0.5, -22.5, -7.3125],
            -470.1015625, -211193.9375
        },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void ReadRows_KQuants_GiveTheNumbersOfTheReference(GgufTensorType type, int blockBytes, double[] some, double sum, double weightedSum)
    {
        byte[] data = MakeBlocks(type, blockBytes);
        using var file = GgufFile.Parse(new GgufBuilder().AddTensor("t", type, [256, 2], data).Build());
        float[] values = new float[512];
        file.ReadRows(file.Tensors["t"], 0, values);
        Assert.Equal(some, values.Where((_, i) => i % 37 == 0).Select(v => (double)v));
        Assert.Equal(sum, values.Sum(v => (double)v));
        Assert.Equal(weightedSum, values.Select((v, i) => (double)v * i).Sum());
    }

    [Fact]
    public void ReadRows_Q5_GivesTheNumbersOfTheReference()
    {
        byte[] data = MakeBytes(16 * 22);
        for (int block = 0; block < 16; block++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(block * 22), (Half)(0.0078125 * (block + 1)));
        }

        using var file = GgufFile.Parse(new GgufBuilder().AddTensor("t", GgufTensorType.Q5_0, [256, 2], data).Build());
        float[] values = new float[512];
        file.ReadRows(file.Tensors["t"], 0, values);
        double[] some = [0.109375, -0.09375, 0.09375, -0.25, 0.4296875, 0.1875, 0.4921875, -1.125, -0.078125, 0.171875, 0.84375, -1.5234375, 1.421875, 1.375];
        Assert.Equal(some, values.Where((_, i) => i % 37 == 0).Select(v => (double)v));
        Assert.Equal(10.015625, values.Sum(v => (double)v));
        Assert.Equal(4106.4453125, values.Select((v, i) => (double)v * i).Sum());
    }

    private static byte[] MakeBytes(int count)
    {
        byte[] data = new byte[count];
        uint state = 12345;
        for (int i = 0; i < data.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            data[i] = (byte)(state >> 24);
        }

        return data;
    }

    private static byte[] MakeBlocks(GgufTensorType type, int blockBytes)
    {
        byte[] data = MakeBytes(2 * blockBytes);
        for (int block = 0; block < 2; block++)
        {
            var scale = (Half)(0.0078125 * (block + 1));
            var bytes = data.AsSpan(block * blockBytes, blockBytes);
            if (type == GgufTensorType.Q6_K)
            {
                BitConverter.TryWriteBytes(bytes[208..], scale);
            }
            else
            {
                BitConverter.TryWriteBytes(bytes, scale);
                BitConverter.TryWriteBytes(bytes[2..], (Half)0.046875);
            }
        }

        return data;
    }
}
