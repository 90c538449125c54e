// Pays what a case owes to its reporter, its victim or the treasury, into any token account of theirs. Anybody may.
#include "instructions.h"

u64 collect(Context *context) {
    static const Address token_program = TOKEN_PROGRAM_BYTES;
    TRY(require_shape(context, 6, 2));
    const Account *accounts = context->input.accounts;
    const Account *destination = &accounts[3];
    Vault vault = {&accounts[2], &accounts[4], &accounts[5]};
    u64 who = context->input.data[1];
    REQUIRE(who < BENEFICIARIES, ERROR_INVALID_INSTRUCTION_DATA);
    Pool *pool;
    Case *entry;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(case_load(&accounts[1], context->input.program, &entry));
    REQUIRE(address_equals(&entry->pool, accounts[0].key), WRONG_POOL);
    TRY(vault_check(pool, &vault));
    u64 amount = entry->owed[who];
    REQUIRE(amount > 0, NOTHING_TO_COLLECT);
    const Address *beneficiary = who == VICTIM ? &entry->victim : who == REPORTER ? &entry->reporter : &pool->treasury;
    REQUIRE(address_equals(destination->owner, &token_program) && destination->data_length == TOKEN_ACCOUNT_LENGTH, WRONG_TOKEN_ACCOUNT);
    REQUIRE(address_equals(destination->data + TOKEN_ACCOUNT_OWNER, beneficiary), WRONG_BENEFICIARY);
    entry->owed[who] = 0;
    return vault_give(context, pool, &vault, destination, amount);
}
