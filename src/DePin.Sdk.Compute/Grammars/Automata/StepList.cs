using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Steps by the state, or rule, that they belong to; first all are added, then they are read.</summary>
internal sealed class StepList<T>
{
    private readonly List<(int From, T Step)> _added = [];
    private int[] _starts = [];
    private T[] _steps = [];

    public void Add(int from, T step) => _added.Add((from, step));

    /// <summary>Ends the adding.</summary>
    public void Freeze(int count)
    {
        _starts = new int[count + 1];
        foreach (var (from, _) in _added)
        {
            _starts[from + 1]++;
        }

        for (int i = 0; i < count; i++)
        {
            _starts[i + 1] += _starts[i];
        }

        int[] next = _starts[..count];
        _steps = new T[_added.Count];
        foreach (var (from, step) in CollectionsMarshal.AsSpan(_added))
        {
            _steps[next[from]++] = step;
        }

        _added.Clear();
        _added.TrimExcess();
    }

    public ReadOnlySpan<T> this[int from] => _steps.AsSpan(_starts[from], _starts[from + 1] - _starts[from]);
}
