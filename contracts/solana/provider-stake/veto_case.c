// The guardian ends a case without a slash. The bond goes back, or to the treasury when the case was an abuse.
#include "instructions.h"

u64 veto_case(Context *context) {
    TRY(require_shape(context, 4, 2));
    const Account *accounts = context->input.accounts;
    u8 is_bond_lost = context->input.data[1];
    REQUIRE(is_bond_lost <= 1, ERROR_INVALID_INSTRUCTION_DATA);
    Pool *pool;
    Case *entry;
    Stake *stake;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(case_load_open(&accounts[2], &accounts[0], context->input.program, &entry));
    TRY(stake_load_of(&accounts[3], &accounts[0], context->input.program, &stake));
    REQUIRE(address_equals(accounts[3].key, &entry->stake), WRONG_STAKE);
    REQUIRE(accounts[1].is_signer, MISSING_SIGNATURE);
    REQUIRE(address_equals(accounts[1].key, &pool->guardian), NOT_THE_GUARDIAN);
    TRY(sol_get_clock_sysvar(&context->clock));
    REQUIRE(context->clock.unix_timestamp < entry->ends_at, VETO_WINDOW_OVER);
    entry->header.state = CASE_VETOED;
    entry->owed[is_bond_lost ? TREASURY : REPORTER] = pool->bond;
    stake->locks--;
    return SUCCESS;
}
