// An account of the instruction, laid out as cross-program calls want it.
#pragma once
#include "address.h"

typedef struct {
    const Address *key;
    u64 *lamports;
    u64 data_length;
    u8 *data;
    Address *owner;
    u64 rent_epoch;
    bool is_signer;
    bool is_writable;
    bool is_executable;
} Account;

// The length that the loader reads back lies in the eight bytes before the data, and calls that resize an account change it there.
INLINE u64 account_length(const Account *account) { return read_u64(account->data - 8); }

// Gives every lamport to another account and leaves nothing: no data, owned by the system program. The caller owns the account and has checked the sum.
INLINE void account_close(Account *account, Account *beneficiary) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    u64 lamports = *account->lamports;
    *account->lamports = 0;
    *beneficiary->lamports += lamports;
    write_u64(account->data - 8, 0);
    account->data_length = 0;
    address_copy(account->owner, &system_program);
}
