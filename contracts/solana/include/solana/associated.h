// The Associated Token Account program: the one token account that follows from an owner and a mint.
#pragma once
#include "invoke.h"

INLINE bool is_associated_address(const Account *account, const Address *owner, const Account *mint, const Account *token_program) {
    static const Address associated_token_program = ASSOCIATED_TOKEN_PROGRAM_BYTES;
    Slice seeds[3] = {{owner, 32}, {token_program->key, 32}, {mint->key, 32}};
    Address address;
    u8 bump;
    return !sol_try_find_program_address(seeds, 3, &associated_token_program, &address, &bump) && address_equals(&address, account->key);
}

typedef struct {
    const Account *payer;
    const Account *token_account;
    const Account *owner;
    const Account *mint;
    const Account *system_program;
    const Account *token_program;
} AssociatedCreation;

// Succeeds as well where the account exists already.
INLINE u64 associated_create(Invocation *call, const Address *program, const AssociatedCreation *creation) {
    invocation_begin(call, program, 1);
    invocation_add(call, creation->payer, WRITES | SIGNS);
    invocation_add(call, creation->token_account, WRITES);
    invocation_add(call, creation->owner, READS);
    invocation_add(call, creation->mint, READS);
    invocation_add(call, creation->system_program, READS);
    invocation_add(call, creation->token_program, READS);
    call->bytes[0] = 1;
    return invocation_run(call, NULL);
}
