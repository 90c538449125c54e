namespace DePin.Sdk.Compute.Generation;

/// <summary>The guesses for one sequence, and how many are worth making.</summary>
/// <remarks>
/// A wrong guess costs a little, a right one saves a pass. So more are made while they come true and fewer when they do not; where
/// nearly none comes true there are none for a while, twice as long each time.
/// </remarks>
internal sealed class DraftState(int maxTokens)
{
    private const int FirstPause = 16;
    private const int LongestPause = 256;
    private const double WorthwhileShare = 0.3;

    private readonly int[] _tokens = new int[maxTokens];
    private int _length = Math.Min(3, maxTokens);
    private int _pause = FirstPause;
    private int _pauseLeft;
    private double _share = 0.6;

    /// <summary>How many guesses to make now.</summary>
    public int Wanted { get; private set; }

    /// <summary>How many were made.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Begins a pass.</summary>
    /// <param name="limit">How many guesses can be of use.</param>
    public void Begin(int limit)
    {
        Count = 0;
        Wanted = _pauseLeft > 0 ? 0 : Math.Max(Math.Min(_length, limit), 0);
        _pauseLeft -= _pauseLeft > 0 ? 1 : 0;
    }

    public void Add(int token) => _tokens[Count++] = token;

    /// <summary>Tells how many of the guesses came true.</summary>
    public void End(int checkedTokens, int accepted)
    {
        if (checkedTokens == 0)
        {
            return;
        }

        _share = (0.75 * _share) + (0.25 * accepted / checkedTokens);
        _length = accepted == checkedTokens ? Math.Min(_length + 2, _tokens.Length) : Math.Max(accepted + 1, 1);
        if (_share < WorthwhileShare)
        {
            _pauseLeft = _pause;
            _pause = Math.Min(_pause * 2, LongestPause);
            _share = WorthwhileShare;
        }
        else if (_share > 0.5)
        {
            _pause = FirstPause;
        }
    }
}
