// Gives its rent back to who showed a receipt.
#include "instructions.h"

u64 forget_receipt(Context *context) {
    TRY(require_shape(context, 2, 1));
    Account *accounts = context->input.accounts;
    ShownReceipt *shown;
    TRY(receipt_load(&accounts[1], context->input.program, &shown));
    REQUIRE(accounts[0].is_signer, MISSING_SIGNATURE);
    REQUIRE(address_equals(accounts[0].key, &shown->reporter), NOT_THE_REPORTER);
    account_close(&accounts[1], &accounts[0]);
    return SUCCESS;
}
