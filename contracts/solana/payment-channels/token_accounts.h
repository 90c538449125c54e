// What the program asks of mints and token accounts before it lets tokens move.
#pragma once
#include <solana/associated.h>
#include <solana/token.h>
#include "errors.h"

// Why a token account can or cannot take part. The numbers of the first four are those of a redirected payout's event.
typedef enum {
    TOKEN_UNSUPPORTED_EXTENSION = 0,
    TOKEN_CLOSED_OR_MALFORMED = 1,
    TOKEN_NOT_INITIALIZED = 2,
    TOKEN_REASSIGNED_AUTHORITY = 3,
    TOKEN_USABLE = 4,
    TOKEN_MALFORMED_EXTENSIONS = 5,
} TokenCondition;

// The mint, and the token program that it belongs to.
typedef struct {
    const Account *mint;
    const Account *program;
} Token;

// The errors that one role of token account is refused with.
typedef struct {
    u64 mismatch;
    u64 invalid;
    u64 extensions;
} TokenRole;

extern const TokenRole payer_role;
extern const TokenRole escrow_role;
extern const TokenRole treasury_role;

u64 mint_check(const Token *token);

// The token account at its canonical address; the address itself is checked apart.
TokenCondition token_condition(const Account *account, const Address *owner, const Token *token);

// The address must be the canonical one, and the account must be there and usable.
u64 token_account_check(const Account *account, const Address *owner, const Token *token, const TokenRole *role);
