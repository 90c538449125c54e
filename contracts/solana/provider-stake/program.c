// UNAUDITED.
// Holds the stakes of providers, and slashes them by what they signed themselves: two different receipts for one run of a job. The rules are those of
// contracts/evm/src/ProviderRegistry.sol and DisputeArbiter.sol as far as docs/adr/0033 says.
#include "instructions.h"

__attribute__((used)) static const char notice[] = "DePin.Sdk provider stake: unaudited";

enum {
    INITIALIZE_POOL = 1,
    REGISTER = 2,
    ADD_STAKE = 3,
    REQUEST_UNSTAKE = 4,
    CANCEL_UNSTAKE = 5,
    WITHDRAW = 6,
    SHOW_RECEIPT = 7,
    FORGET_RECEIPT = 8,
    OPEN_CASE = 9,
    NAME_VICTIM = 10,
    EXTEND_CASE = 11,
    VETO_CASE = 12,
    FINALIZE_CASE = 13,
    COLLECT = 14,
};

u64 entrypoint(u8 *block) {
    Context *context = (Context *)HEAP_START;
    input_parse(block, &context->input);
    REQUIRE(context->input.data_length > 0, ERROR_INVALID_INSTRUCTION_DATA);
    switch (context->input.data[0]) {
    case INITIALIZE_POOL:
        return initialize_pool(context);
    case REGISTER:
        return register_provider(context);
    case ADD_STAKE:
        return add_stake(context);
    case REQUEST_UNSTAKE:
        return request_unstake(context);
    case CANCEL_UNSTAKE:
        return cancel_unstake(context);
    case WITHDRAW:
        return withdraw(context);
    case SHOW_RECEIPT:
        return show_receipt(context);
    case FORGET_RECEIPT:
        return forget_receipt(context);
    case OPEN_CASE:
        return open_case(context);
    case NAME_VICTIM:
        return name_victim(context);
    case EXTEND_CASE:
        return extend_case(context);
    case VETO_CASE:
        return veto_case(context);
    case FINALIZE_CASE:
        return finalize_case(context);
    case COLLECT:
        return collect(context);
    default:
        return ERROR_INVALID_INSTRUCTION_DATA;
    }
}
