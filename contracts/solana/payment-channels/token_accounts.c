#include "token_accounts.h"

static const Address token_program = TOKEN_PROGRAM_BYTES;
static const Address token_2022_program = TOKEN_2022_PROGRAM_BYTES;

const TokenRole payer_role = {PAYER_ACCOUNT_MISMATCH, INVALID_PAYER_TOKEN_ACCOUNT, INVALID_PAYER_TOKEN_EXTENSIONS};
const TokenRole escrow_role = {INVALID_CHANNEL_TOKEN_ACCOUNT, INVALID_CHANNEL_TOKEN_ACCOUNT, INVALID_CHANNEL_TOKEN_EXTENSIONS};
const TokenRole treasury_role = {TREASURY_ACCOUNT_MISMATCH, INVALID_TREASURY_TOKEN_ACCOUNT, INVALID_TREASURY_TOKEN_EXTENSIONS};

// The list is closed on purpose: an extension that nobody here thought of may keep tokens from moving, or move them.
static bool is_allowed(u16 extension, u8 account_type) {
    if (account_type == ACCOUNT_TYPE_TOKEN_ACCOUNT) {
        return extension == EXTENSION_IMMUTABLE_OWNER;
    }

    return extension >= EXTENSION_METADATA_POINTER && extension <= EXTENSION_TOKEN_GROUP_MEMBER;
}

// Walks the list of type, length and value behind an account of Token-2022 that is longer than its base.
static TokenCondition extensions_condition(const Account *account, u8 account_type) {
    TokenCondition condition = TOKEN_USABLE;
    const u8 *data = account->data;
    u64 length = account->data_length;
    if (length <= ACCOUNT_TYPE_OFFSET || length == MULTISIGNATURE_LENGTH || data[ACCOUNT_TYPE_OFFSET] != account_type) {
        return TOKEN_MALFORMED_EXTENSIONS;
    }

    u64 at = EXTENSIONS_OFFSET;
    while (length - at >= 4) {
        u16 extension = read_u16(data + at);
        u64 end = at + 4 + read_u16(data + at + 2);
        if (extension == EXTENSION_NONE) {
            break;
        }

        if (end > length) {
            return TOKEN_MALFORMED_EXTENSIONS;
        }

        if (!is_allowed(extension, account_type)) {
            condition = TOKEN_UNSUPPORTED_EXTENSION;
        }

        at = end;
    }

    // What is left behind the last entry is room that was never used.
    return is_zero(data + at, length - at) ? condition : TOKEN_MALFORMED_EXTENSIONS;
}

u64 mint_check(const Token *token) {
    const Account *mint = token->mint;
    bool is_2022 = address_equals(token->program->key, &token_2022_program);
    REQUIRE(is_2022 || address_equals(token->program->key, &token_program), INVALID_MINT_TOKEN_PROGRAM);
    REQUIRE(address_equals(mint->owner, token->program->key), MINT_ACCOUNT_MISMATCH);
    REQUIRE(mint->data_length >= MINT_LENGTH, MINT_ACCOUNT_MISMATCH);
    REQUIRE(is_2022 || mint->data_length == MINT_LENGTH, MINT_ACCOUNT_MISMATCH);
    REQUIRE(mint->data[MINT_IS_INITIALIZED] == 1, MINT_ACCOUNT_MISMATCH);
    if (mint->data_length == MINT_LENGTH) {
        return SUCCESS;
    }

    REQUIRE(mint->data_length > ACCOUNT_TYPE_OFFSET && mint->data_length != MULTISIGNATURE_LENGTH, MALFORMED_MINT_TOKEN_ACCOUNT_DATA);
    REQUIRE(is_zero(mint->data + MINT_LENGTH, ACCOUNT_TYPE_OFFSET - MINT_LENGTH), MALFORMED_MINT_TOKEN_ACCOUNT_DATA);
    REQUIRE(mint->data[ACCOUNT_TYPE_OFFSET] == ACCOUNT_TYPE_MINT, MALFORMED_MINT_TOKEN_ACCOUNT_DATA);
    REQUIRE(extensions_condition(mint, ACCOUNT_TYPE_MINT) == TOKEN_USABLE, MALFORMED_MINT_TOKEN_EXTENSIONS);
    return SUCCESS;
}

TokenCondition token_condition(const Account *account, const Address *owner, const Token *token) {
    const u8 *data = account->data;
    if (!address_equals(account->owner, token->program->key) || account->data_length < TOKEN_ACCOUNT_LENGTH || !address_equals(data + TOKEN_ACCOUNT_MINT, token->mint->key)) {
        return TOKEN_CLOSED_OR_MALFORMED;
    }

    if (account->data_length > TOKEN_ACCOUNT_LENGTH) {

        // Accounts of SPL Token have no extensions, so a longer one is none.
        if (!address_equals(token->program->key, &token_2022_program)) {
            return TOKEN_CLOSED_OR_MALFORMED;
        }

        TokenCondition condition = extensions_condition(account, ACCOUNT_TYPE_TOKEN_ACCOUNT);
        if (condition != TOKEN_USABLE) {
            return condition;
        }
    }

    if (data[TOKEN_ACCOUNT_STATE] != TOKEN_STATE_INITIALIZED) {
        return TOKEN_NOT_INITIALIZED;
    }

    return address_equals(data + TOKEN_ACCOUNT_OWNER, owner) ? TOKEN_USABLE : TOKEN_REASSIGNED_AUTHORITY;
}

u64 token_account_check(const Account *account, const Address *owner, const Token *token, const TokenRole *role) {
    REQUIRE(is_associated_address(account, owner, token->mint, token->program), role->mismatch);
    switch (token_condition(account, owner, token)) {
    case TOKEN_USABLE:
        return SUCCESS;
    case TOKEN_MALFORMED_EXTENSIONS:
        return MALFORMED_MINT_TOKEN_ACCOUNT_DATA;
    case TOKEN_UNSUPPORTED_EXTENSION:
        return role->extensions;
    default:
        return role->invalid;
    }
}
