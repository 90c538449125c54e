// Starts the thaw of a part; what thawed before starts again with it.
#include "instructions.h"

u64 request_unstake(Context *context) {
    TRY(require_shape(context, 3, 9));
    const Account *accounts = context->input.accounts;
    u64 amount = read_u64(context->input.data + 1);
    Pool *pool;
    Stake *stake;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(stake_load_of(&accounts[2], &accounts[0], context->input.program, &stake));
    TRY(require_provider(&accounts[1], stake));
    REQUIRE(amount > 0 && amount <= stake->in_force, INVALID_AMOUNT);
    u64 left = stake->in_force - amount;
    REQUIRE(left == 0 || left >= pool->minimum_stake, BELOW_MINIMUM_STAKE);
    TRY(sol_get_clock_sysvar(&context->clock));
    stake->in_force = left;
    stake->thawing += amount;
    stake->thaw_end = context->clock.unix_timestamp + (i64)pool->thaw_period;
    return SUCCESS;
}
