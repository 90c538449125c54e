// What is compiled for Solana and for this machine alike, to compare what both compute.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char i8;
typedef short i16;
typedef int i32;
typedef long long i64;

#define NOINLINE __attribute__((noinline))

// Four numbers in, one out.
typedef u64 (*Case)(const u64 *in);

extern const Case cases[];
extern const u64 case_count;

// Which case, then the inputs; the results go to `out`, and their number in bytes is returned.
static inline u64 run_cases(const u8 *data, u64 length, u64 *out) {
    u64 which = *(const u64 *)data;
    u64 count = (length - 8) / 32;
    for (u64 i = 0; i < count; i++) {
        out[i] = cases[which % case_count]((const u64 *)(data + 8 + i * 32));
    }

    return count * 8;
}
