#include "evidence.h"

#define KEY_OFFSET 16
#define SIGNATURE_OFFSET 48
#define MESSAGE_OFFSET 112
#define THIS_INSTRUCTION 0xffff

// The runtime's list of a transaction's instructions: their count, the offset of each, and at the very end which one is running.
// An instruction: count of accounts, 33 bytes for each, program, length of data, data.
static u64 previous_instruction(const Account *instructions, const u8 **data, u64 *length) {
    static const Address instructions_sysvar = INSTRUCTIONS_SYSVAR_BYTES;
    static const Address ed25519_program = ED25519_PROGRAM_BYTES;
    REQUIRE(address_equals(instructions->key, &instructions_sysvar), ERROR_UNSUPPORTED_SYSVAR);
    const u8 *list = instructions->data;
    u64 current = read_u16(list + instructions->data_length - 2);
    REQUIRE(current > 0, MISSING_VERIFICATION);
    const u8 *instruction = list + read_u16(list + 2 * current);
    const u8 *program = instruction + 2 + 33ull * read_u16(instruction);
    REQUIRE(address_equals(program, &ed25519_program), MISSING_VERIFICATION);
    *length = read_u16(program + 32);
    *data = program + 34;
    return SUCCESS;
}

// One signature with everything inside the instruction itself. Offsets that point elsewhere would have the runtime verify other bytes than are read here.
static bool is_canonical(const u8 *data, u64 length) {
    return length > MESSAGE_OFFSET && data[0] == 1 && data[1] == 0
        && read_u16(data + 2) == SIGNATURE_OFFSET && read_u16(data + 4) == THIS_INSTRUCTION
        && read_u16(data + 6) == KEY_OFFSET && read_u16(data + 8) == THIS_INSTRUCTION
        && read_u16(data + 10) == MESSAGE_OFFSET && read_u16(data + 12) == length - MESSAGE_OFFSET && read_u16(data + 14) == THIS_INSTRUCTION;
}

u64 evidence_read(const Account *instructions, const Stake *stake, Evidence *evidence) {
    const u8 *data;
    u64 length;
    TRY(previous_instruction(instructions, &data, &length));
    REQUIRE(is_canonical(data, length), MALFORMED_VERIFICATION);
    REQUIRE(address_equals(data + KEY_OFFSET, &stake->key), WRONG_KEY);
    Slice statement = {data + MESSAGE_OFFSET, length - MESSAGE_OFFSET};
    TRY(receipt_parse(statement.start, statement.length, &evidence->receipt));
    REQUIRE(address_equals(evidence->receipt.key, &stake->key), WRONG_KEY);
    return sol_sha256(&statement, 1, evidence->hash);
}
