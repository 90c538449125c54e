#include "events.h"

#define TAG_LENGTH 8
#define PAYLOAD 16

static const u8 event_tag[TAG_LENGTH] = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
static const u8 opened[TAG_LENGTH] = {0xa6, 0xac, 0x61, 0x09, 0x4d, 0x4c, 0xbd, 0x6d};
static const u8 payout_redirected[TAG_LENGTH] = {0xd1, 0x16, 0xb9, 0xd7, 0x54, 0xa7, 0x54, 0x50};

// At the mainnet program's address the authority is known, 75c2huVzDW1Eq4kD86by5392sjdJzuAT195XNgP2f2tX; the search for its bump would cost 10,000 units.
static const Address known_program = {{0xa7, 0xa1, 0xfb, 0xa4, 0xeb, 0x2b, 0x09, 0x09, 0x93, 0xf7, 0xd2, 0xdf, 0xd6, 0x2b, 0x89, 0xe2,
                                       0xb8, 0x72, 0x07, 0x7a, 0x63, 0x9f, 0xd7, 0xd7, 0x47, 0xa8, 0xe9, 0x9f, 0x63, 0xd4, 0x15, 0xae}};
static const Address known_authority = {{0x5a, 0x54, 0x0d, 0x7b, 0x6b, 0x1e, 0x2b, 0x2b, 0xb5, 0x17, 0x52, 0x19, 0xc9, 0xa3, 0xf0, 0x60,
                                         0x10, 0x92, 0x41, 0xca, 0x8c, 0x4f, 0x17, 0x0c, 0xc1, 0xca, 0x2d, 0x48, 0xee, 0xea, 0xf9, 0xd0}};
#define KNOWN_BUMP 249

static u64 find_authority(const Address *self, Address *authority, u8 *bump) {
    if (address_equals(self, &known_program)) {
        *authority = known_authority;
        *bump = KNOWN_BUMP;
        return SUCCESS;
    }

    Slice seed = {"event_authority", 15};
    return sol_try_find_program_address(&seed, 1, self, authority, bump);
}

u64 event_emitter(const Account *authority, const Account *program, const Address *self, EventEmitter *emitter) {
    Address expected;
    TRY(find_authority(self, &expected, &emitter->bump));
    REQUIRE(address_equals(authority->key, &expected), INVALID_EVENT_AUTHORITY);
    REQUIRE(address_equals(program->key, self), ERROR_INCORRECT_PROGRAM_ID);
    emitter->authority = authority;
    emitter->program = program;
    return SUCCESS;
}

static void begin(Invocation *call, const EventEmitter *emitter, const u8 *event, u64 payload_length) {
    invocation_begin(call, emitter->program->key, PAYLOAD + payload_length);
    invocation_add(call, emitter->authority, SIGNS);
    write_u64(call->bytes, read_u64(event_tag));
    write_u64(call->bytes + TAG_LENGTH, read_u64(event));
}

static u64 emit(Invocation *call, const EventEmitter *emitter) {
    Slice seeds[2] = {{"event_authority", 15}, {&emitter->bump, 1}};
    Signer signer = {seeds, 2};
    return invocation_run(call, &signer);
}

u64 event_opened(Invocation *call, const EventEmitter *emitter, const Address *channel, u64 open_slot) {
    begin(call, emitter, opened, 40);
    address_copy(call->bytes + PAYLOAD, channel);
    write_u64(call->bytes + PAYLOAD + 32, open_slot);
    return emit(call, emitter);
}

u64 event_payout_redirected(Invocation *call, const EventEmitter *emitter, const PayoutRedirected *event) {
    begin(call, emitter, payout_redirected, 74);
    address_copy(call->bytes + PAYLOAD, event->channel);
    address_copy(call->bytes + PAYLOAD + 32, event->owner);
    write_u64(call->bytes + PAYLOAD + 64, event->amount);
    call->bytes[PAYLOAD + 72] = event->beneficiary;
    call->bytes[PAYLOAD + 73] = event->reason;
    return emit(call, emitter);
}

u64 emit_event(const Input *input) {
    REQUIRE(input->account_count == 1, NOT_ENOUGH_ACCOUNT_KEYS);
    const Account *authority = &input->accounts[0];
    Address expected;
    u8 bump;
    TRY(find_authority(input->program, &expected, &bump));
    REQUIRE(address_equals(authority->key, &expected), INVALID_EVENT_AUTHORITY);
    REQUIRE(authority->is_signer, MISSING_REQUIRED_SIGNATURE);
    return SUCCESS;
}
