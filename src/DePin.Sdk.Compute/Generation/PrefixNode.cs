namespace DePin.Sdk.Compute.Generation;

/// <summary>A node of a radix tree over tokens: the tokens on the way from its parent, and what goes on from here.</summary>
internal sealed class PrefixNode(PrefixNode? parent, int[] edge)
{
    private Dictionary<int, PrefixNode>? _children;

    public PrefixNode? Parent { get; set; } = parent;

    /// <summary>The tokens between the parent and this node; none for a root.</summary>
    public int[] Edge { get; set; } = edge;

    public CachedPrefix? Entry { get; set; }

    public int ChildCount => _children?.Count ?? 0;

    public PrefixNode? Find(int token) => _children?.GetValueOrDefault(token);

    public void Add(PrefixNode child)
    {
        child.Parent = this;
        (_children ??= [])[child.Edge[0]] = child;
    }

    public void Remove(PrefixNode child) => _children!.Remove(child.Edge[0]);

    /// <summary>The only child, when there is just one.</summary>
    public PrefixNode? OnlyChild()
    {
        if (_children is { Count: 1 })
        {
            foreach (var child in _children.Values)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Puts a node into the middle of the way to this one.</summary>
    /// <param name="length">How many tokens of the edge lead to the new node.</param>
    public PrefixNode Split(int length)
    {
        var parent = Parent!;
        var middle = new PrefixNode(parent, Edge[..length]);
        parent.Add(middle);
        Edge = Edge[length..];
        middle.Add(this);
        return middle;
    }

    /// <summary>The entry here, or else one further on: its sequence begins with the tokens up to here.</summary>
    public CachedPrefix? AnyEntry()
    {
        var node = this;
        while (node.Entry is null && node._children is { Count: > 0 } children)
        {
            using var first = children.Values.GetEnumerator();
            first.MoveNext();
            node = first.Current;
        }

        return node.Entry;
    }
}
