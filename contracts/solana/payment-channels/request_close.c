// The payer starts the grace period, in which only the payee can still settle.
#include "instructions.h"

u64 request_close(Context *context) {
    TRY(require_shape(context, 2, 1));
    const Account *payer = &context->input.accounts[0];
    REQUIRE(payer->is_signer, MISSING_REQUIRED_SIGNATURE);
    Channel *channel;
    TRY(channel_load(&context->input.accounts[1], context->input.program, &channel));
    REQUIRE(address_equals(payer->key, &channel->payer), INVALID_CHANNEL_PAYER);
    REQUIRE(channel->status == STATUS_OPEN, INVALID_CHANNEL_STATUS);
    TRY(sol_get_clock_sysvar(&context->clock));
    channel->status = STATUS_CLOSING;
    write_u64(channel->closure_started_at, (u64)context->clock.unix_timestamp);
    return SUCCESS;
}
