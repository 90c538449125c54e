// Makes a pool and its vault. The terms are the address: nobody can make another pool at it, or the same one with other terms.
#include "instructions.h"

#define ONE_DAY 86400
#define MINIMUM_VETO_WINDOW ONE_DAY
#define MAXIMUM_VETO_WINDOW (30 * ONE_DAY)
#define MAXIMUM_THAW_PERIOD (180 * ONE_DAY)
#define MAXIMUM_SLASH_SHARE 5000

typedef struct {
    Address mint;
    Address treasury;
    Address guardian;
    Address channels_program;
    u8 minimum_stake[8];
    u8 bond[8];
    u8 thaw_period[4];
    u8 veto_window[4];
    u8 slash_share[2];
} __attribute__((packed)) Terms;

_Static_assert(sizeof(Terms) == 154, "terms have 154 bytes");

// The thaw outlasts the longest case, whose window was extended, by a day at least, so that what was signed last can still be reported.
static u64 check_terms(const Terms *terms) {
    u64 veto_window = read_u32(terms->veto_window);
    u64 thaw_period = read_u32(terms->thaw_period);
    u32 slash_share = read_u16(terms->slash_share);
    REQUIRE(veto_window >= MINIMUM_VETO_WINDOW && veto_window <= MAXIMUM_VETO_WINDOW, INVALID_TERMS);
    REQUIRE(thaw_period >= 2 * veto_window + ONE_DAY && thaw_period <= MAXIMUM_THAW_PERIOD, INVALID_TERMS);
    REQUIRE(slash_share > 0 && slash_share <= MAXIMUM_SLASH_SHARE, INVALID_TERMS);
    REQUIRE(!is_zero(terms->treasury.bytes, 32), INVALID_TERMS);
    return SUCCESS;
}

static u64 check_mint(const Account *mint, const Terms *terms, const Account *program) {
    static const Address token_program = TOKEN_PROGRAM_BYTES;
    REQUIRE(address_equals(program->key, &token_program), WRONG_TOKEN_PROGRAM);
    REQUIRE(address_equals(mint->key, &terms->mint) && address_equals(mint->owner, &token_program), WRONG_MINT);
    REQUIRE(mint->data_length == MINT_LENGTH && mint->data[MINT_IS_INITIALIZED] == 1, WRONG_MINT);
    return SUCCESS;
}

u64 initialize_pool(Context *context) {
    static const Address associated_token_program = ASSOCIATED_TOKEN_PROGRAM_BYTES;
    TRY(require_shape(context, 7, 1 + sizeof(Terms)));
    const Account *accounts = context->input.accounts;
    const Account *payer = &accounts[0];
    const Account *pool_account = &accounts[1];
    const Account *vault = &accounts[2];
    const Account *mint = &accounts[3];
    const Account *token_program = &accounts[4];
    const Account *system_program = &accounts[5];
    const Terms *terms = (const Terms *)(context->input.data + 1);
    REQUIRE(payer->is_signer, MISSING_SIGNATURE);
    REQUIRE(address_equals(accounts[6].key, &associated_token_program), ERROR_INCORRECT_PROGRAM_ID);
    TRY(check_terms(terms));
    TRY(check_mint(mint, terms, token_program));
    REQUIRE(is_associated_address(vault, pool_account->key, mint, token_program), WRONG_VAULT);

    Slice hashed = {terms, sizeof(Terms)};
    TRY(sol_sha256(&hashed, 1, context->hash));
    context->seeds[0] = (Slice){"pool", 4};
    context->seeds[1] = (Slice){context->hash, 32};
    TRY(claim_address(context, pool_account, 2));
    TRY(create_account(context, payer, pool_account, sizeof(Pool), POOL_KNOWN));
    AssociatedCreation creation = {
        .payer = payer,
        .token_account = vault,
        .owner = pool_account,
        .mint = mint,
        .system_program = system_program,
        .token_program = token_program,
    };
    TRY(associated_create(&context->call, &associated_token_program, &creation));

    Pool *pool = (Pool *)pool_account->data;
    pool->header = header_of(POOL, context->bump);
    pool->thaw_period = read_u32(terms->thaw_period);
    pool->veto_window = read_u32(terms->veto_window);
    pool->slash_share = read_u16(terms->slash_share);
    pool->minimum_stake = read_u64(terms->minimum_stake);
    pool->bond = read_u64(terms->bond);
    address_copy(&pool->mint, &terms->mint);
    address_copy(&pool->vault, vault->key);
    address_copy(&pool->treasury, &terms->treasury);
    address_copy(&pool->guardian, &terms->guardian);
    address_copy(&pool->channels_program, &terms->channels_program);
    address_copy(pool->terms_hash, context->hash);
    return SUCCESS;
}
