using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>The error that a node answered with, as it came.</summary>
/// <param name="Code">The code; nodes use few codes for many errors.</param>
/// <param name="Message">The message, in the node's own words.</param>
/// <param name="Data">What came with it, for example the data of a revert; null for nothing.</param>
public sealed record JsonRpcError(int Code, string Message, JsonElement? Data = null);
