// Adds to the stake in force.
#include "instructions.h"

u64 add_stake(Context *context) {
    TRY(require_shape(context, 7, 9));
    const Account *accounts = context->input.accounts;
    const Account *provider = &accounts[1];
    Vault vault = {&accounts[4], &accounts[5], &accounts[6]};
    u64 amount = read_u64(context->input.data + 1);
    Pool *pool;
    Stake *stake;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(stake_load_of(&accounts[2], &accounts[0], context->input.program, &stake));
    TRY(require_provider(provider, stake));
    TRY(vault_check(pool, &vault));
    REQUIRE(amount > 0, INVALID_AMOUNT);

    // No sum of stakes leaves 64 bits, for a token's supply does not: the transfer of more fails.
    stake->in_force += amount;
    return vault_take(context, &vault, &accounts[3], provider, amount);
}
