using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Rows of a matrix on the device.</summary>
/// <param name="Source">Where the file has them.</param>
/// <param name="Layout">The order of the rows within each head; null for the file's.</param>
/// <param name="Scale">Multiplies them.</param>
internal readonly record struct WeightPart(TensorRows Source, HeadLayout? Layout = null, float Scale = 1);
