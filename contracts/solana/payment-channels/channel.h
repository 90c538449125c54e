// The channel account, its address, and when its address may be given up.
#pragma once
#include <solana/entrypoint.h>
#include <solana/sysvars.h>
#include "errors.h"

#define CHANNEL_DISCRIMINATOR 1
#define CHANNEL_VERSION 1

// How many slots an opening may be late, and so how long a channel's address stays taken: an address that is free again is too old to open.
#define OPEN_SLOT_WINDOW 1500

enum {
    STATUS_OPEN = 0,
    STATUS_SEALED = 1,
    STATUS_CLOSING = 2,
    STATUS_DISTRIBUTED = 3,
};

// 256 bytes without padding. Integers are bytes, for they do not lie where their size would align them.
typedef struct {
    u8 discriminator;
    u8 version;
    u8 bump;
    u8 status;
    u8 salt[8];
    u8 deposit[8];
    u8 settled[8];
    u8 payout_watermark[8];
    u8 closure_started_at[8];
    u8 payer_withdrawn_at[8];
    u8 grace_period[4];
    u8 distribution_hash[32];
    Address payer;
    Address payee;
    Address authorized_signer;
    Address mint;
    Address rent_payer;
    u8 open_slot[8];
} Channel;

_Static_assert(sizeof(Channel) == 256, "the channel account has 256 bytes");

// What a channel's address follows from, with the memory that a signature of it needs.
#define CHANNEL_SEEDS 7
typedef struct {
    Slice seeds[CHANNEL_SEEDS + 1];
    Signer signer;
} ChannelSeeds;

// Finds the channel in an account, which must belong to this program.
u64 channel_load(const Account *account, const Address *program, Channel **channel);

// The seeds of a stored channel; fails where they do not give the account's address.
u64 channel_seeds(const Account *account, const Address *program, ChannelSeeds *seeds);

// When the grace period of a closing channel is over.
u64 channel_deadline(const Channel *channel, i64 *deadline);

// Whether the address is too old to be opened again.
INLINE bool channel_window_elapsed(const Channel *channel, const Clock *clock) {
    u64 open_slot = read_u64(channel->open_slot);
    return clock->slot > open_slot && clock->slot - open_slot > OPEN_SLOT_WINDOW;
}

// Gives the account's lamports to whoever paid its rent.
u64 channel_deallocate(Account *account, Account *rent_payer);
