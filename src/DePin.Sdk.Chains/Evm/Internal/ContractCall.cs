using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Internal;

/// <summary>Calls functions of a contract that change nothing.</summary>
internal static class ContractCall
{
    /// <summary>What a function returns.</summary>
    /// <exception cref="EvmRpcException">The node fails, or the answer is none of this function.</exception>
    public static async Task<IReadOnlyList<AbiValue>> CallAsync(EvmClient client, EvmAddress contract, AbiFunction function, AbiValue[] arguments, CancellationToken cancellationToken) =>
        Read(function, await client.CallAsync(new EvmCall { To = contract, Data = function.EncodeCall(arguments) }, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>What several functions without arguments return, asked for in one batch; null when the contract has not all of them.</summary>
    public static async Task<IReadOnlyList<AbiValue>?> ProbeAsync(EvmClient client, EvmAddress contract, AbiFunction[] functions, CancellationToken cancellationToken)
    {
        var answers = await client.CallManyAsync([.. functions.Select(function => new EvmCall { To = contract, Data = function.EncodeCall() })], cancellationToken: cancellationToken).ConfigureAwait(false);
        if (answers.FirstOrDefault(answer => answer.Failure is { IsTransient: true }) is { } unanswered)
        {
            unanswered.OutputOrThrow();
        }

        try
        {
            return answers.Any(answer => answer.Failure is not null) ? null : [.. functions.Zip(answers, (function, answer) => function.DecodeResults(answer.Output.Span)[0])];
        }
        catch (EvmFormatException)
        {
            return null;
        }
    }

    /// <summary>Reads what a function returned.</summary>
    public static IReadOnlyList<AbiValue> Read(AbiFunction function, ReadOnlySpan<byte> output)
    {
        try
        {
            return function.DecodeResults(output);
        }
        catch (EvmFormatException problem)
        {
            throw new EvmRpcException(EvmRpcError.Malformed, $"The answer to {function.Name} is not what the function returns; is the address the right contract?", innerException: problem);
        }
    }

    /// <summary>Says that an address is not the contract that it should be.</summary>
    public static DePinException Missing(string contract, EvmAddress address, ulong chainId) =>
        new(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no {contract} at {address} on chain {chainId}. Check the address and the chain.");
}
