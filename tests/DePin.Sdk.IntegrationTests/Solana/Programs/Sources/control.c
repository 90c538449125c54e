#include "cases.h"

u64 case_loop(const u64 *in) {
    u64 sum = in[1];
    for (u64 i = 0; i < (in[0] & 63); i++) {
        sum = sum * 31 + (i ^ in[2]);
    }

    return sum;
}

u64 case_nested_loops(const u64 *in) {
    u64 sum = 0;
    for (u64 i = 0; i < (in[0] & 15); i++) {
        for (u64 j = i; j < (in[1] & 15); j++) {
            if ((i + j) % 3 == in[2] % 3) {
                continue;
            }

            sum += i * j + in[3];
            if (sum > in[2]) {
                break;
            }
        }
    }

    return sum;
}

u64 case_greatest_divisor(const u64 *in) {
    u64 a = in[0], b = in[1];
    while (b) {
        u64 rest = a % b;
        a = b;
        b = rest;
    }

    return a;
}

u64 case_switch(const u64 *in) {
    switch (in[0] % 12) {
    case 0: return in[1];
    case 1: return in[1] + in[2];
    case 2: return in[2] - in[3];
    case 3: return in[1] * 7;
    case 5: return in[3] >> 3;
    case 7: return ~in[1];
    case 11: return 0x123456789abcdefull;
    default: return in[0];
    }
}

u64 case_dense_switch(const u64 *in) {
    switch (in[0] & 7) {
    case 0: return 19;
    case 1: return 3;
    case 2: return 0xdeadbeefcafebabeull;
    case 3: return 77;
    case 4: return 1;
    case 5: return 0xffffffffffffffffull;
    case 6: return 42;
    default: return 8;
    }
}

static NOINLINE u64 five(u64 a, u64 b, u64 c, u64 d, u64 e) { return a ^ b * 3 ^ c * 5 ^ d * 7 ^ e * 11; }

u64 case_five_arguments(const u64 *in) { return five(in[3], in[2], in[1], in[0], five(in[0], in[1], in[2], in[3], 5)); }

static NOINLINE u64 factorial(u64 n) { return n < 2 ? 1 : n * factorial(n - 1); }

u64 case_recursion(const u64 *in) { return factorial(in[0] & 15) + in[1]; }

static NOINLINE u64 is_odd(u64 n);
static NOINLINE u64 is_even(u64 n) { return n ? is_odd(n - 1) : 1; }
static NOINLINE u64 is_odd(u64 n) { return n ? is_even(n - 1) : 0; }

u64 case_mutual_recursion(const u64 *in) { return is_even(in[0] & 31) << 1 | is_odd(in[1] & 31); }

// Defined in memory.c: a call between objects.
u64 hash_bytes(const u8 *data, u64 length);

u64 case_call_of_another_object(const u64 *in) { return hash_bytes((const u8 *)in, 32) + hash_bytes((const u8 *)in + 3, in[0] & 15); }

u64 case_early_return(const u64 *in) {
    for (u64 i = 0; i < 4; i++) {
        if (in[i] & 1) {
            return in[i] + i;
        }

        if ((i64)in[i] < 0) {
            return hash_bytes((const u8 *)&in[i], 8);
        }
    }

    return 0;
}
