#include "accounts.h"

// Only this program writes accounts that it owns, so owner, length and kind say what an account is.
static u64 load(const Account *account, const Address *program, u8 kind, u64 length, u64 error) {
    REQUIRE(address_equals(account->owner, program), error);
    REQUIRE(account->data_length == length, error);
    const Header *header = (const Header *)account->data;
    REQUIRE(header->kind == kind && header->version == LAYOUT_VERSION, error);
    return SUCCESS;
}

u64 pool_load(const Account *account, const Address *program, Pool **pool) {
    *pool = (Pool *)account->data;
    return load(account, program, POOL, sizeof(Pool), NOT_A_POOL);
}

u64 stake_load(const Account *account, const Address *program, Stake **stake) {
    *stake = (Stake *)account->data;
    return load(account, program, STAKE, sizeof(Stake), NOT_A_STAKE);
}

u64 receipt_load(const Account *account, const Address *program, ShownReceipt **receipt) {
    *receipt = (ShownReceipt *)account->data;
    return load(account, program, RECEIPT, sizeof(ShownReceipt), NOT_A_RECEIPT);
}

u64 case_load(const Account *account, const Address *program, Case **entry) {
    *entry = (Case *)account->data;
    return load(account, program, CASE, sizeof(Case), NOT_A_CASE);
}

u64 stake_load_of(const Account *account, const Account *pool_account, const Address *program, Stake **stake) {
    TRY(stake_load(account, program, stake));
    REQUIRE(address_equals(&(*stake)->pool, pool_account->key), WRONG_POOL);
    return SUCCESS;
}

u64 case_load_open(const Account *account, const Account *pool_account, const Address *program, Case **entry) {
    TRY(case_load(account, program, entry));
    REQUIRE(address_equals(&(*entry)->pool, pool_account->key), WRONG_POOL);
    REQUIRE((*entry)->header.state == CASE_OPEN, CASE_NOT_OPEN);
    return SUCCESS;
}
