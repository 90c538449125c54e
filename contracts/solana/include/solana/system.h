// The system program's instructions that make an account at an address which may already hold lamports.
#pragma once
#include "invoke.h"

INLINE u64 system_transfer(Invocation *call, const Account *from, const Account *to, u64 lamports) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    invocation_begin(call, &system_program, 12);
    invocation_add(call, from, WRITES | SIGNS);
    invocation_add(call, to, WRITES);
    write_u32(call->bytes, 2);
    write_u64(call->bytes + 4, lamports);
    return invocation_run(call, NULL);
}

INLINE u64 system_allocate(Invocation *call, const Account *account, u64 length, const Signer *signer) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    invocation_begin(call, &system_program, 12);
    invocation_add(call, account, WRITES | SIGNS);
    write_u32(call->bytes, 8);
    write_u64(call->bytes + 4, length);
    return invocation_run(call, signer);
}

INLINE u64 system_assign(Invocation *call, const Account *account, const Address *owner, const Signer *signer) {
    static const Address system_program = SYSTEM_PROGRAM_BYTES;
    invocation_begin(call, &system_program, 36);
    invocation_add(call, account, WRITES | SIGNS);
    write_u32(call->bytes, 1);
    address_copy(call->bytes + 4, owner);
    return invocation_run(call, signer);
}
