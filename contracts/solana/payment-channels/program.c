// TEST DOUBLE, UNAUDITED, NEVER FOR REAL FUNDS.
// Speaks the accounts, instructions, errors, events and voucher of the payment-channels program CHNLxYvVA28MJP9PrFuDXccuoGXAx7jBacfLEkahyGsX,
// so that clients of that program can be tested without its binary. Written from its public documents; none of its code is in here.
#include "events.h"
#include "instructions.h"

__attribute__((used)) static const char notice[] = "DePin.Sdk test double of payment-channels: unaudited, never for real funds";

enum {
    OPEN = 1,
    SETTLE = 2,
    TOP_UP = 3,
    SETTLE_AND_SEAL = 4,
    REQUEST_CLOSE = 5,
    SEAL = 6,
    DISTRIBUTE = 7,
    WITHDRAW_PAYER = 8,
    RECLAIM = 9,
};

u64 entrypoint(u8 *block) {
    Context *context = (Context *)HEAP_START;
    input_parse(block, &context->input);
    REQUIRE(context->input.data_length > 0, ERROR_INVALID_INSTRUCTION_DATA);
    switch (context->input.data[0]) {
    case OPEN:
        return open_channel(context);
    case SETTLE:
        return settle(context);
    case TOP_UP:
        return top_up(context);
    case SETTLE_AND_SEAL:
        return settle_and_seal(context);
    case REQUEST_CLOSE:
        return request_close(context);
    case SEAL:
        return seal(context);
    case DISTRIBUTE:
        return distribute(context);
    case WITHDRAW_PAYER:
        return withdraw_payer(context);
    case RECLAIM:
        return reclaim(context);
    case EMIT_EVENT:
        return emit_event(&context->input);
    default:
        return ERROR_INVALID_INSTRUCTION_DATA;
    }
}
