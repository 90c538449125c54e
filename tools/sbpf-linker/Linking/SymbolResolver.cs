using DePin.Sdk.Tools.SbpfLinker.Elf;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>Finds what names stand for, in the object that uses them and in all others.</summary>
internal sealed class SymbolResolver
{
    private readonly ProgramLayout _layout;
    private readonly Dictionary<string, (ElfObject Object, ElfSymbol Symbol)> _globals = [];

    /// <exception cref="LinkException">Two objects define the same name.</exception>
    public SymbolResolver(ProgramLayout layout, IReadOnlyList<ElfObject> objects)
    {
        _layout = layout;
        foreach (var file in objects)
        {
            foreach (var symbol in file.Symbols.Where(static s => s is { IsGlobal: true, Section: not null }))
            {
                Define(file, symbol);
            }
        }
    }

    /// <summary>The place that a symbol stands for; null when nothing defines it.</summary>
    /// <exception cref="LinkException">It is defined, but not as a place in the program.</exception>
    public SymbolPlace? Resolve(ElfObject user, ElfSymbol symbol, ulong faultOffset)
    {
        if (symbol.IsSpecial)
        {
            throw user.Bytes.Fault(faultOffset, $"'{symbol.Name}' is absolute or common storage, which a program cannot have");
        }

        var definition = symbol.Section is not null ? (user, symbol) : _globals.GetValueOrDefault(symbol.Name);
        if (definition.Item1 is null)
        {
            return null;
        }

        var (file, found) = definition;
        var section = _layout.Find(file, found.Section!);
        return section is null
            ? throw user.Bytes.Fault(faultOffset, $"'{symbol.Name}' is in section {found.Section!.Name} of {file.File}, which is not loaded")
            : new SymbolPlace(section, (int)found.Value);
    }

    /// <summary>The place of a function that others may call.</summary>
    public SymbolPlace? FindGlobal(string name) =>
        _globals.TryGetValue(name, out var definition) ? Resolve(definition.Object, definition.Symbol, 0) : null;

    private void Define(ElfObject file, ElfSymbol symbol)
    {
        if (!_globals.TryGetValue(symbol.Name, out var other) || (other.Symbol.IsWeak && !symbol.IsWeak))
        {
            _globals[symbol.Name] = (file, symbol);
        }
        else if (!symbol.IsWeak)
        {
            throw new LinkException(file.File, null, $"'{symbol.Name}' is defined here and in {other.Object.File}");
        }
    }
}
