using System.Globalization;
using System.Text;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Storage;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>
/// The listings in SQLite. One row for each provider, kind and model, whose number stays when a newer offer takes the place of the listed one, so that pages
/// which follow (price, number) neither repeat nor miss a listing that stays. Thread-safe; one writer, and a reader for each query that runs.
/// </summary>
internal sealed class ListingStore : IDisposable
{
    private const int ApplicationId = 0x44504d4b; // "DPMK"
    private const int Version = 1;

    private const string Schema = """
        CREATE TABLE listings (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            provider BLOB NOT NULL,
            kind TEXT NOT NULL,
            model TEXT NOT NULL,
            region TEXT NOT NULL,
            capabilities TEXT NOT NULL,
            asset TEXT NOT NULL,
            output_price BLOB NOT NULL,
            offer_id BLOB NOT NULL UNIQUE,
            message BLOB NOT NULL,
            issued INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            lease INTEGER NOT NULL,
            withdrawn INTEGER NOT NULL,
            UNIQUE (provider, kind, model));
        CREATE INDEX listings_by_price ON listings (output_price, number);
        CREATE INDEX listings_by_model ON listings (kind, model, output_price, number);
        CREATE INDEX listings_by_lease ON listings (lease)
        """;

    private readonly string? _path;
    private readonly SqliteDatabase _writer;
    private readonly Lock _gate = new();
    private readonly Lock _readersGate = new();
    private readonly Stack<SqliteDatabase> _readers = [];
    private bool _disposed;

    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the file cannot be opened.</exception>
    public ListingStore(string? path)
    {
        _path = path;
        _writer = Open();
    }

    /// <summary>The listed offer of a provider for a kind and model, withdrawn ones too; null when there is none.</summary>
    public (OfferId Id, DateTimeOffset IssuedAt, bool IsWithdrawn)? Find(PublicKey provider, string kind, string model) => Write(db =>
    {
        using var reader = db.Command("SELECT offer_id, issued, withdrawn FROM listings WHERE provider = $1 AND kind = $2 AND model = $3", Key(provider), kind, model).ExecuteReader();
        return reader.Read()
            ? ((OfferId, DateTimeOffset, bool)?)(new OfferId(reader.GetBlob(0)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetInt64(2) != 0)
            : null;
    });

    /// <summary>Lists an offer if it may take the place of the listed one and the limits allow it.</summary>
    public void Put(Offer offer, OfferId id, DateTimeOffset now, DateTimeOffset lease, MarketplaceOptions limits) => Write(db =>
    {
        // One transaction, so that the rules hold between processes too.
        db.Begin();
        try
        {
            if (Find(offer.Provider, offer.Kind, offer.Model) is { } listed)
            {
                ListingRules.CheckReplaces(offer, listed.Id, listed.IssuedAt, listed.IsWithdrawn);
            }
            else
            {
                CheckLimits(db, offer.Provider, now, limits);
            }

            Upsert(db, offer, id, lease);
            db.Commit();
            return true;
        }
        finally
        {
            db.Rollback();
        }
    });

    /// <summary>Renews listings of a provider that have not lapsed. Returns the others.</summary>
    public IReadOnlyList<OfferId> Renew(PublicKey provider, IReadOnlyList<OfferId> ids, DateTimeOffset now, DateTimeOffset lease) => Write(db =>
    {
        var key = Key(provider);
        var unknown = new List<OfferId>();
        foreach (var id in ids)
        {
            int renewed = db.Execute(
                "UPDATE listings SET lease = min($3, expires) WHERE offer_id = $1 AND provider = $2 AND lease > $4 AND withdrawn = 0",
                id.Bytes.ToArray(),
                key,
                lease.ToUnixTimeMilliseconds(),
                now.ToUnixTimeMilliseconds());
            if (renewed == 0)
            {
                unknown.Add(id);
            }
        }

        return unknown;
    });

    /// <summary>Who listed an offer; null when it is not listed, or withdrawn.</summary>
    public PublicKey? FindProvider(OfferId id) => Write(db =>
    {
        using var reader = db.Command("SELECT message FROM listings WHERE offer_id = $1 AND withdrawn = 0", id.Bytes.ToArray()).ExecuteReader();
        return reader.Read() ? OfferWire.FromWire(OfferMessage.Parser.ParseFrom(reader.GetBlob(0))).Provider : (PublicKey?)null;
    });

    /// <summary>Takes a listing down. Its row stays until the offer expires, so that nobody lists a copy again.</summary>
    public void Withdraw(OfferId id) => Write(db => db.Execute("UPDATE listings SET withdrawn = 1, lease = 0 WHERE offer_id = $1", id.Bytes.ToArray()));

    /// <summary>Deletes what has lapsed. Returns how many rows that were.</summary>
    public int Sweep(DateTimeOffset now) => Write(db => db.Execute(
        "DELETE FROM listings WHERE lease <= $1 AND (withdrawn = 0 OR expires <= $1)", now.ToUnixTimeMilliseconds()));

    /// <summary>One page, cheapest output first, and where the next one begins.</summary>
    public (List<OfferMessage> Offers, OfferPageToken? Next) Query(OfferQuery query, OfferPageToken? after, DateTimeOffset now)
    {
        var page = new ListingPage(query.PageSize);
        Read(db =>
        {
            // First the rest of the price at which the last page ended, then what costs more: each is one stretch of the index. One condition on the
            // pair would walk all offers of that price again for each page.
            if (after is { } last)
            {
                ReadInto(db, page, query, now, "output_price = {0} AND number > {1}", SqliteValue.ToBlob(last.OutputPrice), last.Listing);
                ReadInto(db, page, query, now, "output_price > {0}", SqliteValue.ToBlob(last.OutputPrice));
            }
            else
            {
                ReadInto(db, page, query, now, "1");
            }

            return true;
        });
        return (page.Offers, page.IsFull ? page.Last : null);
    }

    public void Dispose()
    {
        lock (_readersGate)
        {
            _disposed = true;
            while (_readers.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }

        lock (_gate)
        {
            _writer.Dispose();
        }
    }

    private static void ReadInto(SqliteDatabase db, ListingPage page, OfferQuery query, DateTimeOffset now, string position, params object[] positionValues)
    {
        if (page.IsFull)
        {
            return;
        }

        // The plus keeps the index on lease out of it: nearly every row has a lease that lasts, and only the order of prices saves the sorting.
        var values = new List<object?>();
        var sql = new StringBuilder("SELECT message, output_price, number FROM listings WHERE +lease > ").Append(Add(now.ToUnixTimeMilliseconds()));
        sql.Append(" AND ").AppendFormat(CultureInfo.InvariantCulture, position, [.. positionValues.Select(Add)]);
        foreach (var (column, value) in ((string, string?)[])[("kind", query.Kind), ("model", query.Model), ("region", query.Region)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                sql.Append(" AND ").Append(column).Append(" = ").Append(Add(value));
            }
        }

        foreach (var capability in query.Capabilities)
        {
            sql.Append(" AND instr(capabilities, ").Append(Add($"\n{capability}\n")).Append(") > 0");
        }

        if (query.MaxPricePerMillionOutputTokens is { } max)
        {
            sql.Append(" AND asset = ").Append(Add(max.Asset.ToString())).Append(" AND output_price <= ").Append(Add(SqliteValue.ToBlob(max.BaseUnits)));
        }

        sql.Append(" ORDER BY output_price, number LIMIT ").Append(Add(page.Room + 1));
        using var reader = db.Command(sql.ToString(), values.ToArray()).ExecuteReader();
        while (!page.IsFull && reader.Read())
        {
            page.Add(reader.GetBlob(0), new OfferPageToken(reader.GetUInt128(1), reader.GetInt64(2)));
        }

        string Add(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }
    }

    private static void Upsert(SqliteDatabase db, Offer offer, OfferId id, DateTimeOffset lease) => db.Execute(
        """
        INSERT INTO listings (provider, kind, model, region, capabilities, asset, output_price, offer_id, message, issued, expires, lease, withdrawn)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
        ON CONFLICT (provider, kind, model) DO UPDATE SET region = $4, capabilities = $5, asset = $6, output_price = $7, offer_id = $8, message = $9,
            issued = $10, expires = $11, lease = $12, withdrawn = 0
        """,
        Key(offer.Provider),
        offer.Kind,
        offer.Model,
        offer.Region,
        JoinCapabilities(offer.Capabilities),
        offer.Price.Asset.ToString(),
        SqliteValue.ToBlob(offer.Price.PerMillionOutputTokens.BaseUnits),
        id.Bytes.ToArray(),
        OfferWire.ToWire(offer).ToByteArray(),
        offer.IssuedAt.ToUnixTimeMilliseconds(),
        offer.ExpiresAt.ToUnixTimeMilliseconds(),
        lease.ToUnixTimeMilliseconds());

    private static void CheckLimits(SqliteDatabase db, PublicKey provider, DateTimeOffset now, MarketplaceOptions limits)
    {
        // Rows that have lapsed but are not swept yet count against the whole, which bounds the file, but not against the provider.
        if ((long)db.Command("SELECT count(*) FROM listings WHERE provider = $1 AND lease > $2", Key(provider), now.ToUnixTimeMilliseconds()).ExecuteScalar()! >= limits.MaxListingsPerProvider)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Provider, $"This provider already has {limits.MaxListingsPerProvider} listings, which is the limit here; withdraw one first.");
        }

        if ((long)db.Command("SELECT count(*) FROM listings").ExecuteScalar()! >= limits.MaxListings)
        {
            throw new DePinException(DePinErrorCode.Overloaded, Fault.Network, $"This marketplace holds {limits.MaxListings} listings, which is its limit; try again later or elsewhere.", isTransient: true);
        }
    }

    /// <summary>With a line break on both sides of each: names hold no control characters, so no name is found inside another.</summary>
    private static string JoinCapabilities(IReadOnlyList<string> capabilities) => capabilities.Count == 0 ? string.Empty : $"\n{string.Join('\n', capabilities)}\n";

    private static byte[] Key(PublicKey provider) => new CanonicalWriter("key").Write(provider).ToArray();

    private SqliteDatabase Open()
    {
        var database = SqliteDatabase.Open(_path, ApplicationId, Version, Schema);

        // Losing the last second of listings to a power cut costs one heartbeat: nothing here is money.
        database.Execute("PRAGMA synchronous = NORMAL");
        return database;
    }

    private T Write<T>(Func<SqliteDatabase, T> action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Guard(() => action(_writer));
        }
    }

    private T Read<T>(Func<SqliteDatabase, T> action)
    {
        if (_path is null)
        {
            return Write(action); // a database in memory is its one connection
        }

        SqliteDatabase? reader;
        lock (_readersGate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _readers.TryPop(out reader);
        }

        reader ??= Open();
        try
        {
            return Guard(() => action(reader));
        }
        finally
        {
            lock (_readersGate)
            {
                if (_disposed || _readers.Count >= Environment.ProcessorCount)
                {
                    reader.Dispose();
                }
                else
                {
                    _readers.Push(reader);
                }
            }
        }
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw SqliteDatabase.StorageFailed($"The marketplace's database could not be used: {e.Message}", e, Fault.Network);
        }
    }
}
