// Calls of other programs. The pieces of a call lie on the heap, for a stack frame has 512 bytes.
#pragma once
#include "account.h"
#include "errors.h"
#include "syscalls.h"

#define INVOCATION_ACCOUNTS 6
#define INVOCATION_DATA 128

typedef struct {
    const Address *key;
    bool is_writable;
    bool is_signer;
} AccountMeta;

typedef struct {
    const Address *program;
    AccountMeta *metas;
    u64 meta_count;
    u8 *data;
    u64 data_length;
    AccountMeta meta_list[INVOCATION_ACCOUNTS];
    Account accounts[INVOCATION_ACCOUNTS];
    u8 bytes[INVOCATION_DATA];
} Invocation;

// How a call uses an account.
#define READS 0
#define WRITES 1
#define SIGNS 2

INLINE void invocation_begin(Invocation *call, const Address *program, u64 data_length) {
    call->program = program;
    call->metas = call->meta_list;
    call->meta_count = 0;
    call->data = call->bytes;
    call->data_length = data_length;
}

INLINE void invocation_add(Invocation *call, const Account *account, u32 use) {
    u64 i = call->meta_count++;
    call->meta_list[i].key = account->key;
    call->meta_list[i].is_writable = (use & WRITES) != 0;
    call->meta_list[i].is_signer = (use & SIGNS) != 0;
    call->accounts[i] = *account;

    // A call before this one may have resized it.
    call->accounts[i].data_length = account_length(account);
}

// The signer is a program address, or null where the transaction's signatures do.
INLINE u64 invocation_run(const Invocation *call, const Signer *signer) {
    return sol_invoke_signed_c(call, call->accounts, call->meta_count, signer, signer ? 1 : 0);
}
