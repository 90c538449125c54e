// Ends a case whose veto window is over, with a slash of stake in force and thawing alike. Anybody may.
#include "instructions.h"

#define WHOLE 10000
#define VICTIM_SHARE 4000
#define REPORTER_SHARE 1000

// A share of an amount, rounded up or down, without leaving 64 bits.
static u64 part_of(u64 amount, u64 share, u64 rounding) { return amount / WHOLE * share + (amount % WHOLE * share + rounding) / WHOLE; }

u64 finalize_case(Context *context) {
    TRY(require_shape(context, 3, 1));
    const Account *accounts = context->input.accounts;
    Pool *pool;
    Case *entry;
    Stake *stake;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(case_load_open(&accounts[1], &accounts[0], context->input.program, &entry));
    TRY(stake_load_of(&accounts[2], &accounts[0], context->input.program, &stake));
    REQUIRE(address_equals(accounts[2].key, &entry->stake), WRONG_STAKE);
    TRY(sol_get_clock_sysvar(&context->clock));
    REQUIRE(context->clock.unix_timestamp >= entry->ends_at, VETO_WINDOW_NOT_OVER);

    // From the stake in force first: a provider that falls below the minimum is no longer listed.
    u64 amount = part_of(stake->in_force + stake->thawing, pool->slash_share, WHOLE - 1);
    u64 from_force = amount < stake->in_force ? amount : stake->in_force;
    stake->in_force -= from_force;
    stake->thawing -= amount - from_force;
    stake->locks--;

    u64 victim = is_zero(entry->victim.bytes, 32) ? 0 : part_of(amount, VICTIM_SHARE, 0);
    u64 reporter = part_of(amount, REPORTER_SHARE, 0);
    entry->header.state = CASE_SLASHED;
    entry->slashed = amount;
    entry->owed[VICTIM] = victim;
    entry->owed[REPORTER] = reporter + pool->bond;
    entry->owed[TREASURY] = amount - victim - reporter;
    return SUCCESS;
}
