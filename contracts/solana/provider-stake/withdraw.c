// Pays what has thawed, unless a case is open, to a token account that the provider names.
#include "instructions.h"

u64 withdraw(Context *context) {
    TRY(require_shape(context, 7, 1));
    const Account *accounts = context->input.accounts;
    Vault vault = {&accounts[4], &accounts[5], &accounts[6]};
    Pool *pool;
    Stake *stake;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(stake_load_of(&accounts[2], &accounts[0], context->input.program, &stake));
    TRY(require_provider(&accounts[1], stake));
    TRY(vault_check(pool, &vault));
    TRY(sol_get_clock_sysvar(&context->clock));
    REQUIRE(stake->thawing > 0 && context->clock.unix_timestamp >= stake->thaw_end, STILL_THAWING);
    REQUIRE(stake->locks == 0, STAKE_LOCKED);
    u64 amount = stake->thawing;
    stake->thawing = 0;
    stake->thaw_end = 0;
    return vault_give(context, pool, &vault, &accounts[3], amount);
}
