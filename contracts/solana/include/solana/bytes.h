// Little-endian integers at any address. The Solana machine reads them unaligned, which the compiler does not know, so that it must not see the alignment.
#pragma once
#include "types.h"

typedef u16 __attribute__((may_alias)) u16_anywhere;
typedef u32 __attribute__((may_alias)) u32_anywhere;
typedef u64 __attribute__((may_alias)) u64_anywhere;

INLINE u16 read_u16(const u8 *at) { return *(const u16_anywhere *)at; }
INLINE u32 read_u32(const u8 *at) { return *(const u32_anywhere *)at; }
INLINE u64 read_u64(const u8 *at) { return *(const u64_anywhere *)at; }
INLINE i64 read_i64(const u8 *at) { return (i64)read_u64(at); }

INLINE void write_u16(u8 *at, u16 value) { *(u16_anywhere *)at = value; }
INLINE void write_u32(u8 *at, u32 value) { *(u32_anywhere *)at = value; }
INLINE void write_u64(u8 *at, u64 value) { *(u64_anywhere *)at = value; }

INLINE bool is_zero(const u8 *at, u64 length) {
    for (u64 i = 0; i < length; i++) {
        if (at[i]) {
            return false;
        }
    }

    return true;
}
