// Mints and accounts of SPL Token and Token-2022: their layouts, and the instructions that move and close.
#pragma once
#include "invoke.h"

// Both programs share the first bytes of a mint and of an account.
#define MINT_LENGTH 82
#define MINT_DECIMALS 44
#define MINT_IS_INITIALIZED 45

#define TOKEN_ACCOUNT_LENGTH 165
#define TOKEN_ACCOUNT_MINT 0
#define TOKEN_ACCOUNT_OWNER 32
#define TOKEN_ACCOUNT_AMOUNT 64
#define TOKEN_ACCOUNT_STATE 108

#define TOKEN_STATE_INITIALIZED 1

// Token-2022 puts what an account is behind the length of a token account, whatever it is, and its extensions behind that.
#define ACCOUNT_TYPE_OFFSET 165
#define ACCOUNT_TYPE_MINT 1
#define ACCOUNT_TYPE_TOKEN_ACCOUNT 2
#define EXTENSIONS_OFFSET 166

// A multisignature account has this length and no type, so no other account is given it.
#define MULTISIGNATURE_LENGTH 355

#define EXTENSION_NONE 0
#define EXTENSION_IMMUTABLE_OWNER 7
#define EXTENSION_METADATA_POINTER 18
#define EXTENSION_TOKEN_METADATA 19
#define EXTENSION_GROUP_POINTER 20
#define EXTENSION_TOKEN_GROUP 21
#define EXTENSION_GROUP_MEMBER_POINTER 22
#define EXTENSION_TOKEN_GROUP_MEMBER 23

typedef struct {
    const Account *program;
    const Account *source;
    const Account *mint;
    const Account *destination;
    const Account *authority;
    const Signer *signer;
    u64 amount;
} TokenTransfer;

INLINE u64 token_transfer(Invocation *call, const TokenTransfer *transfer) {
    invocation_begin(call, transfer->program->key, 10);
    invocation_add(call, transfer->source, WRITES);
    invocation_add(call, transfer->mint, READS);
    invocation_add(call, transfer->destination, WRITES);
    invocation_add(call, transfer->authority, SIGNS);
    call->bytes[0] = 12;
    write_u64(call->bytes + 1, transfer->amount);
    call->bytes[9] = transfer->mint->data[MINT_DECIMALS];
    return invocation_run(call, transfer->signer);
}

// Closes the source of a transfer, which must be empty, and gives its lamports to the destination.
INLINE u64 token_close(Invocation *call, const TokenTransfer *transfer) {
    invocation_begin(call, transfer->program->key, 1);
    invocation_add(call, transfer->source, WRITES);
    invocation_add(call, transfer->destination, WRITES);
    invocation_add(call, transfer->authority, SIGNS);
    call->bytes[0] = 9;
    return invocation_run(call, transfer->signer);
}
