namespace DePin.Sdk.Compute.Inference;

/// <summary>What an adapter adds to one matrix.</summary>
/// <param name="Rank">Rows of <paramref name="A"/> and columns of <paramref name="B"/>.</param>
/// <param name="Columns">Columns of the matrix and of <paramref name="A"/>.</param>
/// <param name="Rows">Rows of the matrix and of <paramref name="B"/>.</param>
/// <param name="A">Rank x columns, row after row.</param>
/// <param name="B">Rows x rank, row after row, with the adapter's scale (alpha / rank) multiplied in.</param>
public sealed record LoraPair(int Rank, int Columns, int Rows, float[] A, float[] B);
