// The payee ends a channel, with a last voucher or without, before the grace period of a closing one is over.
#include "instructions.h"
#include "voucher.h"

#define HAS_VOUCHER 1

u64 settle_and_seal(Context *context) {
    TRY(require_shape(context, 3, 2));
    const Account *accounts = context->input.accounts;
    REQUIRE(accounts[0].is_signer, MISSING_REQUIRED_SIGNATURE);
    Channel *channel;
    TRY(channel_load(&accounts[1], context->input.program, &channel));
    REQUIRE(address_equals(accounts[0].key, &channel->payee), INVALID_CHANNEL_PAYEE);
    TRY(sol_get_clock_sysvar(&context->clock));
    if (channel->status == STATUS_CLOSING) {
        i64 deadline;
        TRY(channel_deadline(channel, &deadline));
        REQUIRE(context->clock.unix_timestamp < deadline, INVALID_CHANNEL_STATUS);
    } else {
        REQUIRE(channel->status == STATUS_OPEN, INVALID_CHANNEL_STATUS);
    }

    if (context->input.data[HAS_VOUCHER]) {
        TRY(voucher_settle(channel, &accounts[1], &accounts[2], &context->clock));
    }

    channel->status = STATUS_SEALED;
    write_u64(channel->closure_started_at, 0);
    return SUCCESS;
}
