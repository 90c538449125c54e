// The runtime's own program errors, as the loader encodes them. A custom code is its own number, except zero.
#pragma once
#include "types.h"

#define SUCCESS 0ull
#define ERROR_INVALID_ARGUMENT (2ull << 32)
#define ERROR_INVALID_INSTRUCTION_DATA (3ull << 32)
#define ERROR_INVALID_ACCOUNT_DATA (4ull << 32)
#define ERROR_INCORRECT_PROGRAM_ID (7ull << 32)
#define ERROR_ACCOUNT_ALREADY_INITIALIZED (9ull << 32)
#define ERROR_INVALID_SEEDS (14ull << 32)
#define ERROR_UNSUPPORTED_SYSVAR (17ull << 32)
#define ERROR_INVALID_ACCOUNT_OWNER (23ull << 32)
#define ERROR_ARITHMETIC_OVERFLOW (24ull << 32)
