// The functions of Solana's runtime that programs here call, by the names the loader knows.
#pragma once
#include "types.h"

// A piece of memory: a seed of a program address, or a slice to hash.
typedef struct {
    const void *start;
    u64 length;
} Slice;

// The seeds, with their bump, of one program address that signs.
typedef struct {
    const Slice *seeds;
    u64 count;
} Signer;

extern void sol_log_(const char *text, u64 length);
extern u64 sol_invoke_signed_c(const void *instruction, const void *accounts, u64 account_count, const Signer *signers, u64 signer_count);
extern u64 sol_create_program_address(const Slice *seeds, u64 count, const void *program, void *address);
extern u64 sol_try_find_program_address(const Slice *seeds, u64 count, const void *program, void *address, u8 *bump);
extern u64 sol_sha256(const Slice *slices, u64 count, void *hash);
extern u64 sol_curve_validate_point(u64 curve, const void *point, void *unused);
extern u64 sol_get_clock_sysvar(void *clock);
extern u64 sol_get_rent_sysvar(void *rent);

// The curve of Ed25519 keys, as sol_curve_validate_point numbers it.
#define CURVE_EDWARDS25519 0
