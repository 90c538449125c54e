// What the program keeps: a pool's terms, a provider's stake, a receipt that was shown, and a case.
#pragma once
#include <solana/account.h>
#include <solana/sysvars.h>
#include "errors.h"

#define LAYOUT_VERSION 1

enum {
    POOL = 1,
    STAKE = 2,
    RECEIPT = 3,
    CASE = 4,
};

// What tells what an account is. Data begins at a multiple of 8, so integers lie where their size aligns them.
typedef struct {
    u8 kind;
    u8 version;
    u8 bump;
    u8 state;
} Header;

// The terms never change; the pool's address is their hash, so whoever knows the address can check them.
typedef struct {
    Header header;
    u32 thaw_period;
    u32 veto_window;
    u16 slash_share;
    u16 padding;
    u64 minimum_stake;
    u64 bond;
    Address mint;
    Address vault;
    Address treasury;
    Address guardian;
    Address channels_program;
    u8 terms_hash[32];
} Pool;

_Static_assert(sizeof(Pool) == 224, "a pool has 224 bytes");

// One for each key of a pool. It stays when all is withdrawn: a key belongs to one provider for good.
typedef struct {
    Header header;
    u32 locks;
    u64 in_force;
    u64 thawing;
    i64 thaw_end;
    Address pool;
    Address provider;
    Address key;
} Stake;

_Static_assert(sizeof(Stake) == 128, "a stake has 128 bytes");

// A receipt that its signer's key was shown to have signed: two do not fit into one transaction.
typedef struct {
    Header header;
    u32 padding;
    Address stake;
    Address reporter;
    u8 job_id[16];
    u8 run_nonce[16];
    u8 hash[32];
    Address channel;
} ShownReceipt;

_Static_assert(sizeof(ShownReceipt) == 168, "a receipt that was shown has 168 bytes");

enum {
    CASE_OPEN = 1,
    CASE_SLASHED = 2,
    CASE_VETOED = 3,
};

enum {
    VICTIM = 0,
    REPORTER = 1,
    TREASURY = 2,
    BENEFICIARIES = 3,
};

// One for each job of a provider, for good. What it owes to whom is collected, so that no recipient can keep a case from ending.
typedef struct {
    Header header;
    u32 extended;
    i64 ends_at;
    u64 slashed;
    u64 owed[BENEFICIARIES];
    Address pool;
    Address stake;
    Address reporter;
    Address victim;
    Address channel;
    u8 job_id[16];
} Case;

_Static_assert(sizeof(Case) == 224, "a case has 224 bytes");

u64 pool_load(const Account *account, const Address *program, Pool **pool);
u64 stake_load(const Account *account, const Address *program, Stake **stake);
u64 receipt_load(const Account *account, const Address *program, ShownReceipt **receipt);
u64 case_load(const Account *account, const Address *program, Case **entry);

// A stake of this pool.
u64 stake_load_of(const Account *account, const Account *pool_account, const Address *program, Stake **stake);

// An open case of this pool.
u64 case_load_open(const Account *account, const Account *pool_account, const Address *program, Case **entry);

INLINE Header header_of(u8 kind, u8 bump) { return (Header){kind, LAYOUT_VERSION, bump, 0}; }
