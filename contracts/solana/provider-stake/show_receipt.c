// Keeps what a receipt says: the first half of a contradiction, which proves nothing by itself. Every reporter has an account of its own for it.
#include "evidence.h"
#include "instructions.h"

u64 show_receipt(Context *context) {
    TRY(require_shape(context, 5, 1));
    const Account *accounts = context->input.accounts;
    const Account *reporter = &accounts[0];
    const Account *stake_account = &accounts[1];
    const Account *receipt_account = &accounts[2];
    REQUIRE(reporter->is_signer, MISSING_SIGNATURE);
    Stake *stake;
    TRY(stake_load(stake_account, context->input.program, &stake));
    Evidence evidence;
    TRY(evidence_read(&accounts[3], stake, &evidence));

    context->seeds[0] = (Slice){"receipt", 7};
    context->seeds[1] = (Slice){stake_account->key, 32};
    context->seeds[2] = (Slice){reporter->key, 32};
    context->seeds[3] = (Slice){evidence.hash, 32};
    TRY(claim_address(context, receipt_account, 4));
    TRY(create_account(context, reporter, receipt_account, sizeof(ShownReceipt), RECEIPT_KNOWN));
    ShownReceipt *shown = (ShownReceipt *)receipt_account->data;
    shown->header = header_of(RECEIPT, context->bump);
    address_copy(&shown->stake, stake_account->key);
    address_copy(&shown->reporter, reporter->key);
    for (u64 i = 0; i < 16; i += 8) {
        write_u64(shown->job_id + i, read_u64(evidence.receipt.job_id + i));
        write_u64(shown->run_nonce + i, read_u64(evidence.receipt.run_nonce + i));
    }

    address_copy(shown->hash, evidence.hash);
    if (evidence.receipt.channel) {
        address_copy(&shown->channel, evidence.receipt.channel);
    }

    return SUCCESS;
}
