namespace DePin.Sdk.Compute.Inference;

/// <summary>A computation that several threads go through side by side, meeting at barriers.</summary>
internal interface ITeamWork
{
    /// <summary>The part of one member; every member calls the same barriers in the same order.</summary>
    /// <param name="member">Number of the calling member, from 0.</param>
    /// <param name="members">How many take part.</param>
    void Execute(int member, int members);
}
