using System.Collections.Concurrent;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.TypedData;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>Finds the EIP-712 domains of tokens: as the token describes it (EIP-5267), or guessed from its name and version. Only a domain that hashes to the token's own separator counts. Thread-safe.</summary>
internal sealed class TokenDomains(EvmClient client, ulong chainId)
{
    private const int MaxKnown = 1_024;

    private static readonly AbiFunction Separator = AbiFunction.Parse("DOMAIN_SEPARATOR()", "(bytes32)");
    private static readonly AbiFunction Description = AbiFunction.Parse("eip712Domain()", "(bytes1,string,string,uint256,address,bytes32,uint256[])");
    private static readonly AbiFunction Name = AbiFunction.Parse("name()", "(string)");
    private static readonly AbiFunction Version = AbiFunction.Parse("version()", "(string)");

    private readonly ConcurrentDictionary<EvmAddress, TypedDataDomain?> _known = new();

    /// <summary>The token's domain; null when it has none, or none that can be made out.</summary>
    public async Task<TypedDataDomain?> FindAsync(EvmAddress token, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(token, out var known))
        {
            return known;
        }

        AbiFunction[] asked = [Separator, Description, Name, Version];
        var answers = await client.CallManyAsync([.. asked.Select(function => new EvmCall { To = token, Data = function.EncodeCall() })], EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false);
        if (answers.Any(answer => answer.Failure is { IsTransient: true }))
        {
            return null;
        }

        var results = asked.Zip(answers, Read).ToArray();
        var domain = results[0] is [var separator] ? Candidates(token, results[1], results[2], results[3]).FirstOrDefault(candidate => candidate.Separator == separator.AsHash()) : null;
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[token] = domain;
        return domain;
    }

    // The contract may be anything, so what does not fit is no answer.
    private static IReadOnlyList<AbiValue>? Read(AbiFunction function, EvmCallResult answer)
    {
        try
        {
            return answer.Failure is null ? function.DecodeResults(answer.Output.Span) : null;
        }
        catch (EvmFormatException)
        {
            return null;
        }
    }

    private IEnumerable<TypedDataDomain> Candidates(EvmAddress token, IReadOnlyList<AbiValue>? described, IReadOnlyList<AbiValue>? name, IReadOnlyList<AbiValue>? version)
    {
        // EIP-5267: the bits of the first field say which others the domain has.
        if (described is not null && described[0].AsBytes()[0] is var fields && (fields & 0x1F) != 0)
        {
            yield return new TypedDataDomain(
                (fields & 1) != 0 ? described[1].AsText() : null,
                (fields & 2) != 0 ? described[2].AsText() : null,
                (fields & 4) != 0 ? described[3].AsUInt256() : null,
                (fields & 8) != 0 ? described[4].AsAddress() : null,
                (fields & 16) != 0 ? described[5].AsHash() : null);
        }

        if (name is [var text])
        {
            string[] versions = version is [var own] ? [own.AsText()] : ["1", "2"];
            foreach (var candidate in versions)
            {
                yield return new TypedDataDomain(text.AsText(), candidate, chainId, token);
            }
        }
    }
}
