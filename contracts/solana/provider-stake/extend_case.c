// The guardian doubles a case's veto window, once.
#include "instructions.h"

u64 extend_case(Context *context) {
    TRY(require_shape(context, 3, 1));
    const Account *accounts = context->input.accounts;
    Pool *pool;
    Case *entry;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(case_load_open(&accounts[2], &accounts[0], context->input.program, &entry));
    REQUIRE(accounts[1].is_signer, MISSING_SIGNATURE);
    REQUIRE(address_equals(accounts[1].key, &pool->guardian), NOT_THE_GUARDIAN);
    TRY(sol_get_clock_sysvar(&context->clock));
    REQUIRE(context->clock.unix_timestamp < entry->ends_at, VETO_WINDOW_OVER);
    REQUIRE(!entry->extended, ALREADY_EXTENDED);
    entry->extended = 1;
    entry->ends_at += (i64)pool->veto_window;
    return SUCCESS;
}
