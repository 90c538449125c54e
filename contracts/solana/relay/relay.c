// TEST DOUBLE, UNAUDITED, NEVER FOR REAL FUNDS: calls another program on behalf of the tests, as a program that owns a payee or attacks one would.
// Accounts: the program to call, an account whose data is appended to the instruction's, then the accounts to pass on.
// Data: a byte for each account passed on (1 writes, 2 signs), after their count; then the bump of this program's own address, 0 if it does not sign; then the call's data.
#include <solana/entrypoint.h>
#include <solana/errors.h>
#include <solana/invoke.h>

#define HEAP_START 0x300000000ull
#define FIXED_ACCOUNTS 2
#define MAXIMUM_DATA 2048

typedef struct {
    Input input;
    struct {
        const Address *program;
        const AccountMeta *metas;
        u64 meta_count;
        const u8 *data;
        u64 data_length;
    } call;
    AccountMeta metas[MAXIMUM_ACCOUNTS];
    u8 data[MAXIMUM_DATA];
} Context;

_Static_assert(sizeof(Context) <= 32768, "the heap has 32 KiB");

static void copy(u8 *to, const u8 *from, u64 length) {
    for (u64 i = 0; i < length; i++) {
        to[i] = from[i];
    }
}

u64 entrypoint(u8 *block) {
    Context *context = (Context *)HEAP_START;
    Input *input = &context->input;
    input_parse(block, input);
    REQUIRE(input->account_count >= FIXED_ACCOUNTS && input->account_count <= MAXIMUM_ACCOUNTS, ERROR_INVALID_ARGUMENT);
    u64 passed = input->account_count - FIXED_ACCOUNTS;
    REQUIRE(input->data_length >= passed + 2 && input->data[0] == passed, ERROR_INVALID_INSTRUCTION_DATA);
    for (u64 i = 0; i < passed; i++) {
        u8 use = input->data[1 + i];
        context->metas[i].key = input->accounts[FIXED_ACCOUNTS + i].key;
        context->metas[i].is_writable = (use & WRITES) != 0;
        context->metas[i].is_signer = (use & SIGNS) != 0;
    }

    const Account *appended = &input->accounts[1];
    u64 length = input->data_length - passed - 2;
    REQUIRE(length + appended->data_length <= MAXIMUM_DATA, ERROR_INVALID_INSTRUCTION_DATA);
    copy(context->data, input->data + passed + 2, length);
    copy(context->data + length, appended->data, appended->data_length);
    context->call.program = input->accounts[0].key;
    context->call.metas = context->metas;
    context->call.meta_count = passed;
    context->call.data = context->data;
    context->call.data_length = length + appended->data_length;

    u8 bump = input->data[passed + 1];
    Slice seeds[2] = {{"relay", 5}, {&bump, 1}};
    Signer signer = {seeds, 2};
    return sol_invoke_signed_c(&context->call, input->accounts + FIXED_ACCOUNTS, passed, &signer, bump ? 1 : 0);
}
