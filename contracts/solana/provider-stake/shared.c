// What several instructions do alike.
#include "instructions.h"

u64 vault_check(const Pool *pool, const Vault *vault) {
    static const Address token_program = TOKEN_PROGRAM_BYTES;
    REQUIRE(address_equals(vault->program->key, &token_program), WRONG_TOKEN_PROGRAM);
    REQUIRE(address_equals(vault->mint->key, &pool->mint), WRONG_MINT);
    REQUIRE(address_equals(vault->vault->key, &pool->vault), WRONG_VAULT);
    return SUCCESS;
}

u64 vault_take(Context *context, const Vault *vault, const Account *source, const Account *owner, u64 amount) {
    REQUIRE(!address_equals(source->key, vault->vault->key), WRONG_TOKEN_ACCOUNT);
    TokenTransfer transfer = {
        .program = vault->program,
        .source = source,
        .mint = vault->mint,
        .destination = vault->vault,
        .authority = owner,
        .signer = NULL,
        .amount = amount,
    };
    return token_transfer(&context->call, &transfer);
}

u64 vault_give(Context *context, const Pool *pool, const Vault *vault, const Account *destination, u64 amount) {
    REQUIRE(!address_equals(destination->key, vault->vault->key), WRONG_TOKEN_ACCOUNT);
    context->seeds[0] = (Slice){"pool", 4};
    context->seeds[1] = (Slice){pool->terms_hash, 32};
    context->seeds[2] = (Slice){&pool->header.bump, 1};
    context->signer = (Signer){context->seeds, 3};

    // The vault's owner is the pool, which need not be in the list of accounts twice: it is the first one of every instruction that pays.
    TokenTransfer transfer = {
        .program = vault->program,
        .source = vault->vault,
        .mint = vault->mint,
        .destination = destination,
        .authority = &context->input.accounts[0],
        .signer = &context->signer,
        .amount = amount,
    };
    return token_transfer(&context->call, &transfer);
}

u64 claim_address(Context *context, const Account *account, u64 seed_count) {
    Address address;
    REQUIRE(!sol_try_find_program_address(context->seeds, seed_count, context->input.program, &address, &context->bump), ADDRESS_MISMATCH);
    REQUIRE(address_equals(&address, account->key), ADDRESS_MISMATCH);
    context->seeds[seed_count] = (Slice){&context->bump, 1};
    context->signer = (Signer){context->seeds, seed_count + 1};
    return SUCCESS;
}

// Whoever sends lamports to the address beforehand must not be able to keep the account from being made, so it is not done in one call.
u64 create_account(Context *context, const Account *payer, const Account *account, u64 length, u64 known) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    REQUIRE(address_equals(account->owner, &system_program) && account->data_length == 0, known);
    u64 needed;
    TRY(rent_exemption(length, &needed));
    if (*account->lamports < needed) {
        TRY(system_transfer(&context->call, payer, account, needed - *account->lamports));
    }

    TRY(system_allocate(&context->call, account, length, &context->signer));
    return system_assign(&context->call, account, context->input.program, &context->signer);
}

u64 require_provider(const Account *account, const Stake *stake) {
    REQUIRE(account->is_signer, MISSING_SIGNATURE);
    REQUIRE(address_equals(account->key, &stake->provider), NOT_THE_PROVIDER);
    return SUCCESS;
}
