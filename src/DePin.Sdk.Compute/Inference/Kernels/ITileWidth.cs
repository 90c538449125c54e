namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>A number of tokens that the compiler knows, so that a tile of sums lies in registers.</summary>
internal interface ITileWidth
{
    static abstract int Tokens { get; }
}

internal readonly struct TileOf1 : ITileWidth
{
    public static int Tokens => 1;
}

internal readonly struct TileOf2 : ITileWidth
{
    public static int Tokens => 2;
}

internal readonly struct TileOf3 : ITileWidth
{
    public static int Tokens => 3;
}

internal readonly struct TileOf4 : ITileWidth
{
    public static int Tokens => 4;
}

internal readonly struct TileOf5 : ITileWidth
{
    public static int Tokens => 5;
}

internal readonly struct TileOf6 : ITileWidth
{
    public static int Tokens => 6;
}
