// Makes a channel and its escrow, takes the deposit, and keeps the hash of how it will be shared.
#include "events.h"
#include "instructions.h"
#include "token_accounts.h"
#include <solana/system.h>

// The accounts in their order.
enum {
    PAYER,
    RENT_PAYER,
    PAYEE,
    MINT,
    AUTHORIZED_SIGNER,
    CHANNEL,
    PAYER_TOKEN_ACCOUNT,
    CHANNEL_TOKEN_ACCOUNT,
    TOKEN_PROGRAM,
    SYSTEM_PROGRAM,
    RENT,
    ASSOCIATED_TOKEN_PROGRAM,
    EVENT_AUTHORITY,
    SELF_PROGRAM,
    OPEN_ACCOUNTS,
};

// Where the instruction's data holds what.
#define SALT 1
#define DEPOSIT 9
#define GRACE_PERIOD 17
#define OPEN_SLOT 21
#define RECIPIENTS 29

static u64 check_programs(const Account *accounts) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    static const Address associated_token_program = ASSOCIATED_TOKEN_PROGRAM_BYTES;
    static const Address rent_sysvar = RENT_SYSVAR_BYTES;
    REQUIRE(address_equals(accounts[SYSTEM_PROGRAM].key, &system_program), ERROR_INCORRECT_PROGRAM_ID);
    REQUIRE(address_equals(accounts[ASSOCIATED_TOKEN_PROGRAM].key, &associated_token_program), ERROR_INCORRECT_PROGRAM_ID);
    REQUIRE(address_equals(accounts[RENT].key, &rent_sysvar), ERROR_UNSUPPORTED_SYSVAR);
    return SUCCESS;
}

static u64 check_terms(const Account *accounts, const u8 *data, Clock *clock) {
    REQUIRE(!address_equals(accounts[PAYER].key, accounts[PAYEE].key), PAYER_PAYEE_MUST_DIFFER);
    REQUIRE(read_u64(data + DEPOSIT), DEPOSIT_MUST_BE_NON_ZERO);
    REQUIRE(read_u32(data + GRACE_PERIOD), GRACE_PERIOD_MUST_BE_NON_ZERO);
    TRY(sol_get_clock_sysvar(clock));
    u64 open_slot = read_u64(data + OPEN_SLOT);
    REQUIRE(open_slot <= clock->slot && clock->slot - open_slot <= OPEN_SLOT_WINDOW, OPEN_SLOT_OUT_OF_WINDOW);
    REQUIRE(!sol_curve_validate_point(CURVE_EDWARDS25519, accounts[AUTHORIZED_SIGNER].key, NULL), INVALID_AUTHORIZED_SIGNER);
    return SUCCESS;
}

static u64 check_splits(Context *context, const Address *channel) {
    const Input *input = &context->input;
    Splits *splits = &context->splits;
    TRY(splits_parse(input->data + RECIPIENTS, input->data_length - RECIPIENTS, splits));
    for (u64 i = 0; i < splits->count; i++) {

        // Its token account would be the escrow itself.
        REQUIRE(!address_equals(&splits->entries[i].recipient, channel), INVALID_SPLIT_CONFIG);
    }

    return SUCCESS;
}

// Finds the canonical address of the channel, and keeps the seeds to sign for it.
static u64 derive_channel(Context *context, const Account *accounts, u8 *bump) {
    const u8 *data = context->input.data;
    Slice *seeds = context->seeds.seeds;
    seeds[0] = (Slice){"channel", 7};
    seeds[1] = (Slice){accounts[PAYER].key, 32};
    seeds[2] = (Slice){accounts[PAYEE].key, 32};
    seeds[3] = (Slice){accounts[MINT].key, 32};
    seeds[4] = (Slice){accounts[AUTHORIZED_SIGNER].key, 32};
    seeds[5] = (Slice){data + SALT, 8};
    seeds[6] = (Slice){data + OPEN_SLOT, 8};
    seeds[7] = (Slice){bump, 1};
    context->seeds.signer = (Signer){seeds, CHANNEL_SEEDS + 1};
    Address address;
    REQUIRE(!sol_try_find_program_address(seeds, CHANNEL_SEEDS, context->input.program, &address, bump), CHANNEL_ADDRESS_MISMATCH);
    REQUIRE(address_equals(&address, accounts[CHANNEL].key), CHANNEL_ADDRESS_MISMATCH);
    return SUCCESS;
}

// Whoever sends lamports to the address beforehand must not be able to keep it from opening, so the account is not created in one call.
static u64 create_channel(Context *context, const Account *accounts) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    const Account *channel = &accounts[CHANNEL];
    REQUIRE(address_equals(channel->owner, &system_program) && channel->data_length == 0, ERROR_ACCOUNT_ALREADY_INITIALIZED);
    u64 needed;
    TRY(rent_exemption(sizeof(Channel), &needed));
    if (*channel->lamports < needed) {
        TRY(system_transfer(&context->call, &accounts[RENT_PAYER], channel, needed - *channel->lamports));
    }

    TRY(system_allocate(&context->call, channel, sizeof(Channel), &context->seeds.signer));
    return system_assign(&context->call, channel, context->input.program, &context->seeds.signer);
}

static u64 fund_escrow(Context *context, const Account *accounts) {
    AssociatedCreation creation = {
        .payer = &accounts[RENT_PAYER],
        .token_account = &accounts[CHANNEL_TOKEN_ACCOUNT],
        .owner = &accounts[CHANNEL],
        .mint = &accounts[MINT],
        .system_program = &accounts[SYSTEM_PROGRAM],
        .token_program = &accounts[TOKEN_PROGRAM],
    };
    TRY(associated_create(&context->call, accounts[ASSOCIATED_TOKEN_PROGRAM].key, &creation));
    TokenTransfer deposit = {
        .program = &accounts[TOKEN_PROGRAM],
        .source = &accounts[PAYER_TOKEN_ACCOUNT],
        .mint = &accounts[MINT],
        .destination = &accounts[CHANNEL_TOKEN_ACCOUNT],
        .authority = &accounts[PAYER],
        .signer = NULL,
        .amount = read_u64(context->input.data + DEPOSIT),
    };
    return token_transfer(&context->call, &deposit);
}

// The loader cleared the account, so what is not set here is zero.
static u64 write_channel(const Context *context, const Account *accounts, u8 bump) {
    const u8 *data = context->input.data;
    Channel *channel = (Channel *)accounts[CHANNEL].data;
    channel->discriminator = CHANNEL_DISCRIMINATOR;
    channel->version = CHANNEL_VERSION;
    channel->bump = bump;
    channel->status = STATUS_OPEN;
    write_u64(channel->salt, read_u64(data + SALT));
    write_u64(channel->deposit, read_u64(data + DEPOSIT));
    write_u32(channel->grace_period, read_u32(data + GRACE_PERIOD));
    write_u64(channel->open_slot, read_u64(data + OPEN_SLOT));
    address_copy(&channel->payer, accounts[PAYER].key);
    address_copy(&channel->payee, accounts[PAYEE].key);
    address_copy(&channel->authorized_signer, accounts[AUTHORIZED_SIGNER].key);
    address_copy(&channel->mint, accounts[MINT].key);
    address_copy(&channel->rent_payer, accounts[RENT_PAYER].key);
    return splits_hash(data + RECIPIENTS, context->input.data_length - RECIPIENTS, channel->distribution_hash);
}

u64 open_channel(Context *context) {
    const Input *input = &context->input;
    REQUIRE(input->account_count == OPEN_ACCOUNTS, NOT_ENOUGH_ACCOUNT_KEYS);
    REQUIRE(input->data_length >= RECIPIENTS, ERROR_INVALID_INSTRUCTION_DATA);
    const Account *accounts = input->accounts;
    REQUIRE(accounts[PAYER].is_signer && accounts[RENT_PAYER].is_signer, MISSING_REQUIRED_SIGNATURE);
    TRY(check_programs(accounts));
    EventEmitter emitter;
    TRY(event_emitter(&accounts[EVENT_AUTHORITY], &accounts[SELF_PROGRAM], input->program, &emitter));
    TRY(check_terms(accounts, input->data, &context->clock));
    TRY(check_splits(context, accounts[CHANNEL].key));

    u8 bump;
    TRY(derive_channel(context, accounts, &bump));
    Token token = {&accounts[MINT], &accounts[TOKEN_PROGRAM]};
    TRY(mint_check(&token));
    TRY(token_account_check(&accounts[PAYER_TOKEN_ACCOUNT], accounts[PAYER].key, &token, &payer_role));
    REQUIRE(is_associated_address(&accounts[CHANNEL_TOKEN_ACCOUNT], accounts[CHANNEL].key, &accounts[MINT], &accounts[TOKEN_PROGRAM]), INVALID_CHANNEL_TOKEN_ACCOUNT);

    TRY(create_channel(context, accounts));
    TRY(fund_escrow(context, accounts));
    TRY(write_channel(context, accounts, bump));
    return event_opened(&context->call, &emitter, accounts[CHANNEL].key, read_u64(input->data + OPEN_SLOT));
}
