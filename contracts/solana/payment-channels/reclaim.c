// Anybody frees the account of a channel that has paid everything out, once its address is too old to open again.
#include "instructions.h"

u64 reclaim(Context *context) {
    TRY(require_shape(context, 2, 1));
    Account *accounts = context->input.accounts;
    Channel *channel;
    TRY(channel_load(&accounts[0], context->input.program, &channel));
    REQUIRE(channel->status == STATUS_DISTRIBUTED, INVALID_CHANNEL_STATUS);
    REQUIRE(address_equals(accounts[1].key, &channel->rent_payer), INVALID_CHANNEL_RENT_PAYER);
    TRY(sol_get_clock_sysvar(&context->clock));
    REQUIRE(channel_window_elapsed(channel, &context->clock), CHANNEL_CLOSE_TOO_EARLY);
    return channel_deallocate(&accounts[0], &accounts[1]);
}
