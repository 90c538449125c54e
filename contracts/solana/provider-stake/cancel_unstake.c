// Takes the thaw back: everything is in force again.
#include "instructions.h"

u64 cancel_unstake(Context *context) {
    TRY(require_shape(context, 3, 1));
    const Account *accounts = context->input.accounts;
    Stake *stake;
    TRY(stake_load_of(&accounts[2], &accounts[0], context->input.program, &stake));
    TRY(require_provider(&accounts[1], stake));
    REQUIRE(stake->thawing > 0, INVALID_AMOUNT);
    stake->in_force += stake->thawing;
    stake->thawing = 0;
    stake->thaw_end = 0;
    return SUCCESS;
}
