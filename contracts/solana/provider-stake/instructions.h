// The instructions, one file for each, and the memory that they share.
#pragma once
#include <solana/associated.h>
#include <solana/entrypoint.h>
#include <solana/system.h>
#include <solana/token.h>
#include "accounts.h"

#define MAXIMUM_SEEDS 8

// Everything that is too large for a stack frame. It lies at the start of the heap, which the loader clears.
typedef struct {
    Input input;
    Invocation call;
    Clock clock;
    Slice seeds[MAXIMUM_SEEDS];
    Signer signer;
    u8 hash[32];
    u8 bump;
} Context;

#define HEAP_START 0x300000000ull
#define HEAP_LENGTH 32768

_Static_assert(sizeof(Context) <= HEAP_LENGTH, "the heap has 32 KiB");

u64 initialize_pool(Context *context);
u64 register_provider(Context *context);
u64 add_stake(Context *context);
u64 request_unstake(Context *context);
u64 cancel_unstake(Context *context);
u64 withdraw(Context *context);
u64 show_receipt(Context *context);
u64 forget_receipt(Context *context);
u64 open_case(Context *context);
u64 name_victim(Context *context);
u64 extend_case(Context *context);
u64 veto_case(Context *context);
u64 finalize_case(Context *context);
u64 collect(Context *context);

// Every list of accounts is exact: a missing account and one too many are refused alike.
INLINE u64 require_shape(const Context *context, u64 accounts, u64 data_length) {
    REQUIRE(context->input.account_count == accounts, WRONG_ACCOUNT_COUNT);
    REQUIRE(context->input.data_length == data_length, ERROR_INVALID_INSTRUCTION_DATA);
    return SUCCESS;
}

// What tokens move with: the pool's vault, its mint, and the token program.
typedef struct {
    const Account *vault;
    const Account *mint;
    const Account *program;
} Vault;

// Refuses everything but the pool's own vault and mint of SPL Token, whose transfers are exact.
u64 vault_check(const Pool *pool, const Vault *vault);

// Moves tokens of an account's owner, who signs, into the vault.
u64 vault_take(Context *context, const Vault *vault, const Account *source, const Account *owner, u64 amount);

// Moves tokens out of the vault, for which the pool signs.
u64 vault_give(Context *context, const Pool *pool, const Vault *vault, const Account *destination, u64 amount);

// Makes an account of this program at the address that the context's seeds give with their bump; `known` is the error when it exists already.
u64 create_account(Context *context, const Account *payer, const Account *account, u64 length, u64 known);

// The canonical address of these seeds must be the account's; then they can sign.
u64 claim_address(Context *context, const Account *account, u64 seed_count);

// A signature of the one who staked.
u64 require_provider(const Account *account, const Stake *stake);
