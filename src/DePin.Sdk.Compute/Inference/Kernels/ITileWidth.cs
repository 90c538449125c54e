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

internal readonly struct TileOf7 : ITileWidth
{
    public static int Tokens => 7;
}

internal readonly struct TileOf8 : ITileWidth
{
    public static int Tokens => 8;
}

internal readonly struct TileOf9 : ITileWidth
{
    public static int Tokens => 9;
}

internal readonly struct TileOf10 : ITileWidth
{
    public static int Tokens => 10;
}

internal readonly struct TileOf11 : ITileWidth
{
    public static int Tokens => 11;
}

internal readonly struct TileOf12 : ITileWidth
{
    public static int Tokens => 12;
}
