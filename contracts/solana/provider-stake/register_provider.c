// Stakes for a key that signs receipts. The key signs as well, so that nobody registers a key of somebody else.
#include "instructions.h"

u64 register_provider(Context *context) {
    TRY(require_shape(context, 10, 9));
    const Account *accounts = context->input.accounts;
    const Account *pool_account = &accounts[0];
    const Account *provider = &accounts[1];
    const Account *key = &accounts[2];
    const Account *payer = &accounts[3];
    const Account *stake_account = &accounts[4];
    const Account *source = &accounts[5];
    Vault vault = {&accounts[6], &accounts[7], &accounts[8]};
    u64 amount = read_u64(context->input.data + 1);
    REQUIRE(provider->is_signer && key->is_signer && payer->is_signer, MISSING_SIGNATURE);
    Pool *pool;
    TRY(pool_load(pool_account, context->input.program, &pool));
    TRY(vault_check(pool, &vault));
    REQUIRE(amount > 0 && amount >= pool->minimum_stake, BELOW_MINIMUM_STAKE);

    context->seeds[0] = (Slice){"stake", 5};
    context->seeds[1] = (Slice){pool_account->key, 32};
    context->seeds[2] = (Slice){key->key, 32};
    TRY(claim_address(context, stake_account, 3));
    TRY(create_account(context, payer, stake_account, sizeof(Stake), ALREADY_REGISTERED));
    Stake *stake = (Stake *)stake_account->data;
    stake->header = header_of(STAKE, context->bump);
    stake->in_force = amount;
    address_copy(&stake->pool, pool_account->key);
    address_copy(&stake->provider, provider->key);
    address_copy(&stake->key, key->key);
    return vault_take(context, &vault, source, provider, amount);
}
