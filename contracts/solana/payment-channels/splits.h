// How a channel's money is shared: recipients with hundredths of a percent, and the payee with the rest.
#pragma once
#include <solana/address.h>
#include "errors.h"

#define MAXIMUM_RECIPIENTS 32
#define WHOLE_BPS 10000

typedef struct {
    Address recipient;
    u8 bps[2];
} Split;

_Static_assert(sizeof(Split) == 34, "an entry has 34 bytes");

typedef struct {
    u32 count;
    u32 total_bps;
    const Split *entries;
} Splits;

// Reads the list that ends an instruction's data: count, then entries, and nothing behind.
u64 splits_parse(const u8 *data, u64 length, Splits *splits);

// The SHA-256 hash of the list as it was in the data.
u64 splits_hash(const u8 *data, u64 length, u8 *hash);

// floor(amount * bps / 10000), exact for every amount: only the rest of a division by 10000 is multiplied before it is divided.
INLINE u64 share_of(u64 amount, u64 bps) { return amount / WHOLE_BPS * bps + amount % WHOLE_BPS * bps / WHOLE_BPS; }
