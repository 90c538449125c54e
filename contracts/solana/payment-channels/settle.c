// Raises the settled sum of an open channel to that of a voucher. Anybody may, for the voucher is signed.
#include "instructions.h"
#include "voucher.h"

u64 settle(Context *context) {
    TRY(require_shape(context, 2, 1));
    const Account *accounts = context->input.accounts;
    Channel *channel;
    TRY(channel_load(&accounts[0], context->input.program, &channel));
    REQUIRE(channel->status == STATUS_OPEN, INVALID_CHANNEL_STATUS);
    TRY(sol_get_clock_sysvar(&context->clock));
    return voucher_settle(channel, &accounts[0], &accounts[1], &context->clock);
}
