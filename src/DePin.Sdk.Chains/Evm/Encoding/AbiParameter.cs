namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>A parameter of a function, event or error.</summary>
/// <param name="Name">Its name; empty where the signature has none.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsIndexed">Whether an event holds it in a topic.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool IsIndexed = false);
