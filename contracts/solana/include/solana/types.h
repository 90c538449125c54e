// Fixed-width types and the few words that every source uses.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

#define INLINE static inline __attribute__((always_inline))

// A function of Solana's runtime or of ours gives 0 for success and an error otherwise.
#define TRY(call) \
    do { \
        u64 error_ = (call); \
        if (error_) { \
            return error_; \
        } \
    } while (0)

#define REQUIRE(condition, error) \
    do { \
        if (!(condition)) { \
            return (error); \
        } \
    } while (0)
