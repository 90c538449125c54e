namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Reads types and signatures as Solidity writes them, for example <c>Transfer(address indexed from, address indexed to, uint256 value)</c>.</summary>
internal ref struct AbiSignatureParser
{
    private readonly ReadOnlySpan<char> _text;
    private int _position;

    public AbiSignatureParser(ReadOnlySpan<char> text) => _text = text;

    public static (string Name, List<AbiParameter> Parameters) ReadSignature(string text, bool allowIndexed)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new AbiSignatureParser(text);
        var name = parser.ReadWord();
        if (name.IsEmpty)
        {
            throw parser.Problem("A signature starts with a name.");
        }

        var parameters = parser.ReadParameters(allowIndexed);
        parser.EnsureEnd();
        return (name.ToString(), parameters);
    }

    public static List<AbiParameter> ReadParameterList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new AbiSignatureParser(text);
        var parameters = parser.ReadParameters(allowIndexed: false);
        parser.EnsureEnd();
        return parameters;
    }

    public readonly void EnsureEnd()
    {
        if (_position < _text.Length)
        {
            throw Problem("Nothing may follow here.");
        }
    }

    public AbiType ReadType(int depthLeft)
    {
        if (depthLeft == 0)
        {
            throw Problem($"Types nest more than {AbiType.MaxDepth} deep.");
        }

        AbiType type;
        int start = _position;
        if (TrySkip('('))
        {
            type = ReadTuple(depthLeft);
        }
        else
        {
            type = AbiType.Elementary(ReadWord()) ?? throw new EvmFormatException("Expected a type, for example uint256, address, bytes or (bool,string)[].", start);
        }

        while (TrySkip('['))
        {
            if (--depthLeft == 0 || type.HeadSize == 0)
            {
                throw Problem(depthLeft == 0 ? $"Types nest more than {AbiType.MaxDepth} deep." : "Arrays of empty tuples have no meaning.");
            }

            var digits = ReadWord();
            if (digits.IsEmpty)
            {
                type = AbiType.Array(type);
            }
            else
            {
                type = (AbiType.TryReadSize(digits, out int length) ? AbiType.FixedArray(type, length) : null)
                    ?? throw Problem("An array's length is 1 to 999999, and the whole at most 1 MiB.");
            }

            Require(']');
        }

        return type;
    }

    private AbiType ReadTuple(int depthLeft)
    {
        var components = new List<AbiType>();
        if (!TrySkip(')'))
        {
            do
            {
                SkipSpaces();
                components.Add(ReadType(depthLeft - 1));
            }
            while (TrySkip(','));
            Require(')');
        }

        return MakeTuple(components);
    }

    private List<AbiParameter> ReadParameters(bool allowIndexed)
    {
        var parameters = new List<AbiParameter>();
        Require('(');
        if (TrySkip(')'))
        {
            return parameters;
        }

        do
        {
            SkipSpaces();
            var type = ReadType(AbiType.MaxDepth - 1);
            SkipSpaces();
            var word = ReadWord();
            bool isIndexed = word is "indexed";
            if (isIndexed)
            {
                if (!allowIndexed)
                {
                    throw Problem("Only events have indexed parameters.");
                }

                SkipSpaces();
                word = ReadWord();
            }

            parameters.Add(new AbiParameter(word.ToString(), type, isIndexed));
        }
        while (TrySkip(','));
        Require(')');
        return parameters;
    }

    private readonly AbiType MakeTuple(List<AbiType> components)
    {
        try
        {
            return AbiType.Tuple(components);
        }
        catch (ArgumentException)
        {
            throw Problem("A value of the type would take more than 1 MiB.");
        }
    }

    private ReadOnlySpan<char> ReadWord()
    {
        int start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '_' or '$'))
        {
            _position++;
        }

        return _text[start.._position];
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && _text[_position] == ' ')
        {
            _position++;
        }
    }

    private bool TrySkip(char expected)
    {
        if (_position < _text.Length && _text[_position] == expected)
        {
            _position++;
            return true;
        }

        return false;
    }

    private void Require(char expected)
    {
        if (!TrySkip(expected))
        {
            throw Problem($"Expected '{expected}'.");
        }
    }

    private readonly EvmFormatException Problem(string message) => new(message, _position);
}
