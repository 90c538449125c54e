// Opens a case with two receipts for one run that were shown. Until it ends nothing is withdrawn; there is one for a job of a provider.
#include "instructions.h"

static bool is_same(const u8 *one, const u8 *other) { return read_u64(one) == read_u64(other) && read_u64(one + 8) == read_u64(other + 8); }

static u64 check_contradiction(const ShownReceipt *first, const ShownReceipt *second) {
    REQUIRE(is_same(first->job_id, second->job_id) && is_same(first->run_nonce, second->run_nonce), DIFFERENT_RUNS);
    REQUIRE(!address_equals(first->hash, second->hash), SAME_RECEIPT);
    return SUCCESS;
}

// What this reporter showed against this stake.
static u64 load_shown(const Context *context, const Account *account, ShownReceipt **shown) {
    const Account *accounts = context->input.accounts;
    TRY(receipt_load(account, context->input.program, shown));
    REQUIRE(address_equals(&(*shown)->stake, accounts[2].key), WRONG_STAKE);
    REQUIRE(address_equals(&(*shown)->reporter, accounts[1].key), NOT_THE_REPORTER);
    return SUCCESS;
}

u64 open_case(Context *context) {
    TRY(require_shape(context, 11, 1));
    Account *accounts = context->input.accounts;
    const Account *pool_account = &accounts[0];
    Account *reporter = &accounts[1];
    const Account *stake_account = &accounts[2];
    const Account *case_account = &accounts[5];
    Vault vault = {&accounts[7], &accounts[8], &accounts[9]};
    REQUIRE(reporter->is_signer, MISSING_SIGNATURE);
    Pool *pool;
    Stake *stake;
    ShownReceipt *first;
    ShownReceipt *second;
    TRY(pool_load(pool_account, context->input.program, &pool));
    TRY(stake_load_of(stake_account, pool_account, context->input.program, &stake));
    TRY(load_shown(context, &accounts[3], &first));
    TRY(load_shown(context, &accounts[4], &second));
    TRY(vault_check(pool, &vault));
    REQUIRE(stake->in_force + stake->thawing > 0, NOTHING_AT_STAKE);
    TRY(check_contradiction(first, second));

    context->seeds[0] = (Slice){"case", 4};
    context->seeds[1] = (Slice){stake_account->key, 32};
    context->seeds[2] = (Slice){first->job_id, 16};
    TRY(claim_address(context, case_account, 3));
    TRY(create_account(context, reporter, case_account, sizeof(Case), CASE_KNOWN));
    TRY(sol_get_clock_sysvar(&context->clock));
    Case *entry = (Case *)case_account->data;
    entry->header = header_of(CASE, context->bump);
    entry->header.state = CASE_OPEN;
    entry->ends_at = context->clock.unix_timestamp + (i64)pool->veto_window;
    address_copy(&entry->pool, pool_account->key);
    address_copy(&entry->stake, stake_account->key);
    address_copy(&entry->reporter, reporter->key);
    address_copy(&entry->channel, is_zero(first->channel.bytes, 32) ? &second->channel : &first->channel);
    write_u64(entry->job_id, read_u64(first->job_id));
    write_u64(entry->job_id + 8, read_u64(first->job_id + 8));
    stake->locks++;
    if (pool->bond) {
        TRY(vault_take(context, &vault, &accounts[6], reporter, pool->bond));
    }

    account_close(&accounts[3], reporter);
    account_close(&accounts[4], reporter);
    return SUCCESS;
}
