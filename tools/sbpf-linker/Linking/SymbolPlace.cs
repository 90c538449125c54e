namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>A place in the program that a name stands for.</summary>
/// <param name="Section">The section.</param>
/// <param name="Value">The place in it, in bytes.</param>
internal readonly record struct SymbolPlace(PlacedSection Section, int Value)
{
    /// <summary>The place in the program's file that lies <paramref name="addend"/> bytes further on; null when that is outside of the section.</summary>
    public int? At(long addend)
    {
        long place = Value + addend;
        return place < 0 || place > Section.Size ? null : Section.FileOffset + (int)place;
    }
}
