// The instructions, one file for each, and the memory that they share.
#pragma once
#include <solana/entrypoint.h>
#include <solana/invoke.h>
#include "channel.h"
#include "splits.h"

#define DISTRIBUTE_ACCOUNTS 11

// What one beneficiary gets when a channel distributes, and whether it can be paid.
typedef struct {
    const Account *account;
    const Address *owner;
    u64 amount;
    u8 beneficiary;
    u8 condition;
} Payout;

// Recipients, the payee and the payer.
#define MAXIMUM_PAYOUTS (MAXIMUM_RECIPIENTS + 2)

// Everything that is too large for a stack frame. It lies at the start of the heap, which the loader clears.
typedef struct {
    Input input;
    Invocation call;
    ChannelSeeds seeds;
    Splits splits;
    Clock clock;
    u64 payout_count;
    Payout payouts[MAXIMUM_PAYOUTS];
} Context;

#define HEAP_START 0x300000000ull
#define HEAP_LENGTH 32768

_Static_assert(sizeof(Context) <= HEAP_LENGTH, "the heap has 32 KiB");

u64 open_channel(Context *context);
u64 settle(Context *context);
u64 top_up(Context *context);
u64 settle_and_seal(Context *context);
u64 request_close(Context *context);
u64 seal(Context *context);
u64 distribute(Context *context);
u64 withdraw_payer(Context *context);
u64 reclaim(Context *context);

// Every list of accounts is exact: a missing account and one too many are refused alike.
INLINE u64 require_shape(const Context *context, u64 accounts, u64 data_length) {
    REQUIRE(context->input.account_count == accounts, NOT_ENOUGH_ACCOUNT_KEYS);
    REQUIRE(context->input.data_length == data_length, ERROR_INVALID_INSTRUCTION_DATA);
    return SUCCESS;
}
