// Pays out what was settled; a sealed channel refunds its payer as well and gives up its escrow. Anybody may, for who gets what is fixed.
#include "events.h"
#include "instructions.h"
#include "token_accounts.h"

// Where an instruction's data holds the list of recipients.
#define RECIPIENTS 1

// The owner of the account that gets what nobody else can have: Cs2zdfUNonRdRGsiZUQQLdTxzxVvJZmgiX2mpLYKuEqP, as on mainnet.
static const Address treasury_owner = {{0xb0, 0x41, 0xd9, 0xd3, 0x37, 0xb7, 0x21, 0xbe, 0x57, 0x89, 0x4e, 0xb6, 0x9c, 0x3b, 0x68, 0x09,
                                        0xa5, 0x3a, 0x0e, 0x2b, 0x6a, 0x23, 0x99, 0xfc, 0x7d, 0x5b, 0x7e, 0xda, 0x8c, 0xac, 0x89, 0xaa}};

enum {
    BENEFICIARY_RECIPIENT = 0,
    BENEFICIARY_PAYEE = 1,
    BENEFICIARY_PAYER = 2,
};

typedef struct {
    Account *channel;
    const Account *payer;
    Account *rent_payer;
    const Account *channel_token_account;
    const Account *payer_token_account;
    const Account *payee_token_account;
    const Account *treasury_token_account;
    Token token;
    EventEmitter emitter;
    const Account *recipients;
} DistributeAccounts;

static u64 name_accounts(Context *context, DistributeAccounts *accounts) {
    Account *list = context->input.accounts;
    REQUIRE(context->input.account_count >= DISTRIBUTE_ACCOUNTS, NOT_ENOUGH_ACCOUNT_KEYS);
    accounts->channel = &list[0];
    accounts->payer = &list[1];
    accounts->rent_payer = &list[2];
    accounts->channel_token_account = &list[3];
    accounts->payer_token_account = &list[4];
    accounts->payee_token_account = &list[5];
    accounts->treasury_token_account = &list[6];
    accounts->token = (Token){&list[7], &list[8]};
    accounts->recipients = &list[DISTRIBUTE_ACCOUNTS];
    return event_emitter(&list[9], &list[10], context->input.program, &accounts->emitter);
}

static u64 check_channel(const Channel *channel, const DistributeAccounts *accounts) {
    REQUIRE(channel->status == STATUS_OPEN || channel->status == STATUS_SEALED, CHANNEL_NOT_DISTRIBUTABLE);
    REQUIRE(address_equals(accounts->payer->key, &channel->payer), INVALID_CHANNEL_PAYER);
    REQUIRE(address_equals(accounts->rent_payer->key, &channel->rent_payer), INVALID_CHANNEL_RENT_PAYER);
    REQUIRE(address_equals(accounts->token.mint->key, &channel->mint), INVALID_CHANNEL_MINT);
    u64 settled = read_u64(channel->settled);
    u64 watermark = read_u64(channel->payout_watermark);
    REQUIRE(watermark <= settled, DISTRIBUTE_POOL_OVERFLOW);
    REQUIRE(settled <= read_u64(channel->deposit), REFUND_CALCULATION_OVERFLOW);
    REQUIRE(channel->status == STATUS_SEALED || settled > watermark, NOTHING_TO_DISTRIBUTE);
    return SUCCESS;
}

static u64 check_splits(Context *context, const Channel *channel) {
    const u8 *data = context->input.data + RECIPIENTS;
    u64 length = context->input.data_length - RECIPIENTS;
    TRY(splits_parse(data, length, &context->splits));
    u8 hash[32];
    TRY(splits_hash(data, length, hash));
    REQUIRE(address_equals(hash, channel->distribution_hash), INVALID_DISTRIBUTION_HASH);
    REQUIRE(context->input.account_count == DISTRIBUTE_ACCOUNTS + context->splits.count, RECIPIENT_ACCOUNT_COUNT_MISMATCH);
    return SUCCESS;
}

// Notes what a beneficiary gets. An account that is not the canonical one is an error; a canonical one that cannot be paid gives its share away.
static u64 add_payout(Context *context, const Token *token, const Payout *payout, u64 mismatch) {
    REQUIRE(is_associated_address(payout->account, payout->owner, token->mint, token->program), mismatch);
    if (!payout->amount) {
        return SUCCESS;
    }

    TokenCondition condition = token_condition(payout->account, payout->owner, token);
    REQUIRE(condition != TOKEN_MALFORMED_EXTENSIONS, MALFORMED_MINT_TOKEN_ACCOUNT_DATA);
    Payout *kept = &context->payouts[context->payout_count++];
    kept->account = payout->account;
    kept->owner = payout->owner;
    kept->amount = payout->amount;
    kept->beneficiary = payout->beneficiary;
    kept->condition = (u8)condition;
    return SUCCESS;
}

// Shares are taken of the sums since the opening, so that rounding never loses more than a unit to each.
static u64 newly_due(const Channel *channel, u64 bps) {
    return share_of(read_u64(channel->settled), bps) - share_of(read_u64(channel->payout_watermark), bps);
}

static u64 add_payouts(Context *context, const Channel *channel, const DistributeAccounts *accounts) {
    const Splits *splits = &context->splits;
    for (u64 i = 0; i < splits->count; i++) {
        const Split *split = &splits->entries[i];
        Payout payout = {.account = &accounts->recipients[i], .owner = &split->recipient, .beneficiary = BENEFICIARY_RECIPIENT};
        payout.amount = newly_due(channel, read_u16(split->bps));
        TRY(add_payout(context, &accounts->token, &payout, RECIPIENT_ACCOUNT_MISMATCH));
    }

    Payout payee = {.account = accounts->payee_token_account, .owner = &channel->payee, .beneficiary = BENEFICIARY_PAYEE};
    payee.amount = newly_due(channel, WHOLE_BPS - splits->total_bps);
    TRY(add_payout(context, &accounts->token, &payee, PAYEE_ACCOUNT_MISMATCH));

    Payout payer = {.account = accounts->payer_token_account, .owner = &channel->payer, .beneficiary = BENEFICIARY_PAYER};
    if (channel->status == STATUS_SEALED && read_u64(channel->payer_withdrawn_at) == 0) {
        payer.amount = read_u64(channel->deposit) - read_u64(channel->settled);
    }

    return add_payout(context, &accounts->token, &payer, PAYER_ACCOUNT_MISMATCH);
}

// The sum of what beneficiaries can be paid, or of what they cannot. It never overflows: shares of a sum make no more than the sum, and with the refund no more than the deposit.
static u64 sum_payouts(const Context *context, bool usable) {
    u64 sum = 0;
    for (u64 i = 0; i < context->payout_count; i++) {
        const Payout *payout = &context->payouts[i];
        if ((payout->condition == TOKEN_USABLE) == usable) {
            sum += payout->amount;
        }
    }

    return sum;
}

static u64 pay(Context *context, const DistributeAccounts *accounts, const Account *destination, u64 amount) {
    TokenTransfer transfer = {
        .program = accounts->token.program,
        .source = accounts->channel_token_account,
        .mint = accounts->token.mint,
        .destination = destination,
        .authority = accounts->channel,
        .signer = &context->seeds.signer,
        .amount = amount,
    };
    return amount ? token_transfer(&context->call, &transfer) : SUCCESS;
}

static u64 pay_all(Context *context, const DistributeAccounts *accounts) {
    for (u64 i = 0; i < context->payout_count; i++) {
        const Payout *payout = &context->payouts[i];
        if (payout->condition == TOKEN_USABLE) {
            TRY(pay(context, accounts, payout->account, payout->amount));
            continue;
        }

        PayoutRedirected event = {accounts->channel->key, payout->owner, payout->amount, payout->beneficiary, payout->condition};
        TRY(event_payout_redirected(&context->call, &accounts->emitter, &event));
    }

    return SUCCESS;
}

// Closes the empty escrow, and frees the channel's account where its address is too old to open again.
static u64 close_channel(Context *context, Channel *channel, const DistributeAccounts *accounts) {
    TokenTransfer escrow = {
        .program = accounts->token.program,
        .source = accounts->channel_token_account,
        .destination = accounts->rent_payer,
        .authority = accounts->channel,
        .signer = &context->seeds.signer,
    };
    TRY(token_close(&context->call, &escrow));
    TRY(sol_get_clock_sysvar(&context->clock));
    if (channel_window_elapsed(channel, &context->clock)) {
        return channel_deallocate(accounts->channel, accounts->rent_payer);
    }

    channel->status = STATUS_DISTRIBUTED;
    return SUCCESS;
}

u64 distribute(Context *context) {
    DistributeAccounts accounts;
    TRY(name_accounts(context, &accounts));
    Channel *channel;
    TRY(channel_load(accounts.channel, context->input.program, &channel));
    TRY(check_channel(channel, &accounts));
    TRY(check_splits(context, channel));
    TRY(mint_check(&accounts.token));
    TRY(channel_seeds(accounts.channel, context->input.program, &context->seeds));
    TRY(token_account_check(accounts.channel_token_account, accounts.channel->key, &accounts.token, &escrow_role));
    TRY(token_account_check(accounts.treasury_token_account, &treasury_owner, &accounts.token, &treasury_role));
    TRY(add_payouts(context, channel, &accounts));

    u64 paid = sum_payouts(context, true);
    u64 redirected = sum_payouts(context, false);
    u64 balance = read_u64(accounts.channel_token_account->data + TOKEN_ACCOUNT_AMOUNT);
    REQUIRE(paid + redirected <= balance, DISTRIBUTE_BALANCE_CALCULATION_OVERFLOW);

    // An open channel keeps what rounding left; a sealed one gives the treasury all that is left, whoever sent it.
    bool is_sealed = channel->status == STATUS_SEALED;
    u64 treasury = is_sealed ? balance - paid : redirected;
    write_u64(channel->payout_watermark, read_u64(channel->settled));
    TRY(pay_all(context, &accounts));
    TRY(pay(context, &accounts, accounts.treasury_token_account, treasury));
    return is_sealed ? close_channel(context, channel, &accounts) : SUCCESS;
}
