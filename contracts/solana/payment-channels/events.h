// Events: the program calls itself with them, so that they stand among a transaction's inner instructions.
#pragma once
#include <solana/entrypoint.h>
#include <solana/invoke.h>
#include "errors.h"

// The first byte of an event's data, by which it is dispatched.
#define EMIT_EVENT 228

// The accounts that emit an event: the program's address for it, and the program.
typedef struct {
    const Account *authority;
    const Account *program;
    u8 bump;
} EventEmitter;

u64 event_emitter(const Account *authority, const Account *program, const Address *self, EventEmitter *emitter);

u64 event_opened(Invocation *call, const EventEmitter *emitter, const Address *channel, u64 open_slot);

typedef struct {
    const Address *channel;
    const Address *owner;
    u64 amount;
    u8 beneficiary;
    u8 reason;
} PayoutRedirected;

u64 event_payout_redirected(Invocation *call, const EventEmitter *emitter, const PayoutRedirected *event);

// The instruction that an event is: it does nothing, once the right address has signed.
u64 emit_event(const Input *input);
