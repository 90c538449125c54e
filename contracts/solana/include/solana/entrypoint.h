// Reads what the loader hands a program: accounts, instruction data and the program's own address, in one block of memory.
#pragma once
#include "account.h"

// More than any instruction here takes; accounts beyond are counted and not kept.
#define MAXIMUM_ACCOUNTS 64

// The room that the loader leaves after an account's data for it to grow.
#define MAXIMUM_GROWTH 10240

typedef struct {
    u64 account_count;
    const u8 *data;
    u64 data_length;
    const Address *program;
    Account accounts[MAXIMUM_ACCOUNTS];
} Input;

INLINE void input_parse(u8 *block, Input *input) {
    u64 count = read_u64(block);
    block += 8;
    for (u64 i = 0; i < count; i++) {
        u8 first = block[0];
        Account *account = &input->accounts[i];
        if (first != 0xff) {

            // An account that was given before is only named by its index.
            if (i < MAXIMUM_ACCOUNTS && first < MAXIMUM_ACCOUNTS) {
                *account = input->accounts[first];
            }

            block += 8;
            continue;
        }

        u64 length = read_u64(block + 80);
        if (i < MAXIMUM_ACCOUNTS) {
            account->is_signer = block[1];
            account->is_writable = block[2];
            account->is_executable = block[3];
            account->key = (const Address *)(block + 8);
            account->owner = (Address *)(block + 40);
            account->lamports = (u64 *)(block + 72);
            account->data_length = length;
            account->data = block + 88;
        }

        block += (88 + length + MAXIMUM_GROWTH + 7) & ~7ull;
        if (i < MAXIMUM_ACCOUNTS) {
            account->rent_epoch = read_u64(block);
        }

        block += 8;
    }

    input->account_count = count;
    input->data_length = read_u64(block);
    input->data = block + 8;
    input->program = (const Address *)(block + 8 + input->data_length);
}
