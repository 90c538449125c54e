namespace DePin.Sdk.Compute.Templates;

/// <summary>A place in a template.</summary>
/// <param name="Line">From 1; 0 when no single place is meant.</param>
/// <param name="Column">From 1, in characters; 0 when no single place is meant.</param>
internal readonly record struct TemplatePosition(int Line, int Column);
