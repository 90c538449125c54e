// What a provider was verified to have signed, in the instruction right before this one.
#pragma once
#include <solana/account.h>
#include "accounts.h"
#include "receipt.h"

typedef struct {
    Receipt receipt;
    u8 hash[32];
} Evidence;

// A receipt that names the stake's key and is signed by it.
u64 evidence_read(const Account *instructions, const Stake *stake, Evidence *evidence);
