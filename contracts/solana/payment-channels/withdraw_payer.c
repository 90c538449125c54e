// The payer takes its refund out of a sealed channel before anybody distributes.
#include "instructions.h"
#include "token_accounts.h"

u64 withdraw_payer(Context *context) {
    TRY(require_shape(context, 6, 1));
    const Account *payer = &context->input.accounts[0];
    const Account *channel_account = &context->input.accounts[1];
    const Account *channel_token_account = &context->input.accounts[2];
    const Account *payer_token_account = &context->input.accounts[3];
    Token token = {&context->input.accounts[4], &context->input.accounts[5]};

    REQUIRE(payer->is_signer, MISSING_REQUIRED_SIGNATURE);
    Channel *channel;
    TRY(channel_load(channel_account, context->input.program, &channel));
    REQUIRE(address_equals(payer->key, &channel->payer), INVALID_CHANNEL_PAYER);
    REQUIRE(channel->status == STATUS_SEALED, INVALID_CHANNEL_STATUS);
    REQUIRE(read_u64(channel->payer_withdrawn_at) == 0, PAYER_ALREADY_WITHDRAWN);
    REQUIRE(address_equals(token.mint->key, &channel->mint), INVALID_CHANNEL_MINT);
    u64 deposit = read_u64(channel->deposit);
    u64 settled = read_u64(channel->settled);
    REQUIRE(settled <= deposit, REFUND_CALCULATION_OVERFLOW);
    TRY(mint_check(&token));
    TRY(channel_seeds(channel_account, context->input.program, &context->seeds));
    TRY(token_account_check(channel_token_account, channel_account->key, &token, &escrow_role));
    TRY(token_account_check(payer_token_account, payer->key, &token, &payer_role));

    // Zero says that nothing was withdrawn, so a clock that stands at zero, as test validators start, must not be written.
    TRY(sol_get_clock_sysvar(&context->clock));
    i64 now = context->clock.unix_timestamp;
    write_u64(channel->payer_withdrawn_at, now ? (u64)now : 1);
    TokenTransfer refund = {
        .program = token.program,
        .source = channel_token_account,
        .mint = token.mint,
        .destination = payer_token_account,
        .authority = channel_account,
        .signer = &context->seeds.signer,
        .amount = deposit - settled,
    };
    return refund.amount ? token_transfer(&context->call, &refund) : SUCCESS;
}
