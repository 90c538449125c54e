#include "voucher.h"

#define MAGIC_TAG 0x56
#define MAGIC_VERSION 0x01

typedef struct {
    u8 magic[2];
    Address channel;
    u8 cumulative_amount[8];
    u8 expires_at[8];
} Voucher;

_Static_assert(sizeof(Voucher) == 50, "a voucher has 50 bytes");

// One signature with everything inside the instruction itself: a header, then key, signature and message in this order.
typedef struct {
    u8 signature_count;
    u8 padding;
    u8 signature_offset[2];
    u8 signature_instruction[2];
    u8 key_offset[2];
    u8 key_instruction[2];
    u8 message_offset[2];
    u8 message_length[2];
    u8 message_instruction[2];
    Address key;
    u8 signature[64];
    Voucher voucher;
} Verification;

_Static_assert(sizeof(Verification) == 162, "a verified voucher has 162 bytes");

#define KEY_OFFSET 16
#define SIGNATURE_OFFSET 48
#define MESSAGE_OFFSET 112
#define THIS_INSTRUCTION 0xffff

// The runtime's list of a transaction's instructions: their count, the offset of each, and at the very end which one is running.
// An instruction: count of accounts, 33 bytes for each, program, length of data, data.
static u64 previous_instruction(const Account *instructions, const Verification **verification) {
    static const Address instructions_sysvar = INSTRUCTIONS_SYSVAR_BYTES;
    static const Address ed25519_program = ED25519_PROGRAM_BYTES;
    REQUIRE(address_equals(instructions->key, &instructions_sysvar), ERROR_UNSUPPORTED_SYSVAR);
    const u8 *data = instructions->data;
    u64 current = read_u16(data + instructions->data_length - 2);
    REQUIRE(current > 0, MISSING_ED25519_VERIFICATION);
    const u8 *instruction = data + read_u16(data + 2 * current);
    const u8 *program = instruction + 2 + 33ull * read_u16(instruction);
    REQUIRE(address_equals(program, &ed25519_program), MISSING_ED25519_VERIFICATION);
    REQUIRE(read_u16(program + 32) == sizeof(Verification), MALFORMED_ED25519_INSTRUCTION);
    *verification = (const Verification *)(program + 34);
    return SUCCESS;
}

// Offsets that point elsewhere would have the runtime verify other bytes than are read here.
static bool is_canonical(const Verification *verification) {
    return verification->signature_count == 1 && verification->padding == 0
        && read_u16(verification->signature_offset) == SIGNATURE_OFFSET && read_u16(verification->signature_instruction) == THIS_INSTRUCTION
        && read_u16(verification->key_offset) == KEY_OFFSET && read_u16(verification->key_instruction) == THIS_INSTRUCTION
        && read_u16(verification->message_offset) == MESSAGE_OFFSET && read_u16(verification->message_instruction) == THIS_INSTRUCTION
        && read_u16(verification->message_length) == sizeof(Voucher);
}

u64 voucher_settle(Channel *channel, const Account *channel_account, const Account *instructions, const Clock *clock) {
    const Verification *verification;
    TRY(previous_instruction(instructions, &verification));
    REQUIRE(is_canonical(verification), MALFORMED_ED25519_INSTRUCTION);
    const Voucher *voucher = &verification->voucher;
    REQUIRE(voucher->magic[0] == MAGIC_TAG && voucher->magic[1] == MAGIC_VERSION, VOUCHER_BAD_MAGIC);
    REQUIRE(address_equals(&voucher->channel, channel_account->key), VOUCHER_CHANNEL_MISMATCH);
    i64 expires_at = read_i64(voucher->expires_at);
    REQUIRE(expires_at == 0 || clock->unix_timestamp < expires_at, VOUCHER_EXPIRED);
    u64 cumulative = read_u64(voucher->cumulative_amount);
    REQUIRE(cumulative <= read_u64(channel->deposit), VOUCHER_OVER_DEPOSIT);
    REQUIRE(cumulative > read_u64(channel->settled), VOUCHER_WATERMARK_NOT_MONOTONIC);
    REQUIRE(address_equals(&verification->key, &channel->authorized_signer), VOUCHER_SIGNER_MISMATCH);
    write_u64(channel->settled, cumulative);
    return SUCCESS;
}
