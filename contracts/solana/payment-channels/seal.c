// Anybody ends a closing channel whose grace period is over.
#include "instructions.h"

u64 seal(Context *context) {
    TRY(require_shape(context, 1, 1));
    Channel *channel;
    TRY(channel_load(&context->input.accounts[0], context->input.program, &channel));
    REQUIRE(channel->status == STATUS_CLOSING, INVALID_CHANNEL_STATUS);
    i64 deadline;
    TRY(channel_deadline(channel, &deadline));
    TRY(sol_get_clock_sysvar(&context->clock));
    REQUIRE(context->clock.unix_timestamp >= deadline, SEAL_GRACE_PERIOD_NOT_ELAPSED);
    channel->status = STATUS_SEALED;
    write_u64(channel->closure_started_at, 0);
    return SUCCESS;
}
