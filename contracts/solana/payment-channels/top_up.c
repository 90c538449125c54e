// Adds to the deposit of an open channel.
#include "instructions.h"
#include "token_accounts.h"

#define AMOUNT 1

u64 top_up(Context *context) {
    TRY(require_shape(context, 6, 9));
    const Account *payer = &context->input.accounts[0];
    const Account *channel_account = &context->input.accounts[1];
    const Account *payer_token_account = &context->input.accounts[2];
    const Account *channel_token_account = &context->input.accounts[3];
    Token token = {&context->input.accounts[4], &context->input.accounts[5]};
    u64 amount = read_u64(context->input.data + AMOUNT);

    REQUIRE(payer->is_signer, MISSING_REQUIRED_SIGNATURE);
    REQUIRE(amount, DEPOSIT_MUST_BE_NON_ZERO);
    Channel *channel;
    TRY(channel_load(channel_account, context->input.program, &channel));
    REQUIRE(channel->status == STATUS_OPEN, INVALID_CHANNEL_STATUS);
    REQUIRE(address_equals(payer->key, &channel->payer), INVALID_CHANNEL_PAYER);
    REQUIRE(address_equals(token.mint->key, &channel->mint), INVALID_CHANNEL_MINT);
    u64 deposit = read_u64(channel->deposit) + amount;
    REQUIRE(deposit >= amount, TOP_UP_DEPOSIT_OVERFLOW);
    TRY(mint_check(&token));
    TRY(token_account_check(payer_token_account, payer->key, &token, &payer_role));
    TRY(token_account_check(channel_token_account, channel_account->key, &token, &escrow_role));

    write_u64(channel->deposit, deposit);
    TokenTransfer transfer = {
        .program = token.program,
        .source = payer_token_account,
        .mint = token.mint,
        .destination = channel_token_account,
        .authority = payer,
        .signer = NULL,
        .amount = amount,
    };
    return token_transfer(&context->call, &transfer);
}
