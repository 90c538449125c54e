#include "cases.h"

u64 case_add_multiply(const u64 *in) { return in[0] * in[1] + in[2] - in[3] * 0x9e3779b97f4a7c15ull; }

u64 case_divide(const u64 *in) { return in[0] / (in[1] | 1) + in[2] / 1000000007 + in[3] / 8; }

u64 case_remainder(const u64 *in) { return in[0] % (in[1] | 1) ^ in[2] % 10000 ^ in[3] % 64; }

u64 case_narrow_divide(const u64 *in) { return (u32)in[0] / ((u32)in[1] | 1) + (u16)in[2] % (u16)((u16)in[3] | 1); }

u64 case_shift(const u64 *in) { return in[0] << (in[1] & 63) ^ in[2] >> (in[3] & 63) ^ in[1] << 1 ^ in[2] >> 63; }

u64 case_shift_with_sign(const u64 *in) { return (u64)((i64)in[0] >> (in[1] & 63)) ^ (u64)((i64)in[2] >> 17); }

u64 case_narrow_shift(const u64 *in) { return (u32)in[0] << (in[1] & 31) ^ (u32)in[2] >> (in[3] & 31) ^ (u64)(i64)((i32)in[0] >> (in[3] & 31)); }

u64 case_widths(const u64 *in) {
    return (u64)(i64)(i8)in[0] + (u64)(i64)(i16)in[1] * 3 + (u64)(i64)(i32)in[2] * 5 + (u8)in[3] + (u16)in[3] + (u32)in[3];
}

u64 case_narrow_overflow(const u64 *in) {
    u32 sum = (u32)in[0] + (u32)in[1];
    u32 product = (u32)in[2] * (u32)in[3];
    u16 small = (u16)((u16)in[0] - (u16)in[3]);
    return (u64)sum << 32 | (product ^ small);
}

u64 case_compare(const u64 *in) {
    return (in[0] < in[1]) | (in[0] <= in[2]) << 1 | (in[0] > in[3]) << 2 | (in[1] >= in[2]) << 3 | (in[2] == in[3]) << 4 | (in[0] != in[2]) << 5;
}

u64 case_compare_with_sign(const u64 *in) {
    i64 a = (i64)in[0], b = (i64)in[1], c = (i64)in[2], d = (i64)in[3];
    return (a < b) | (a <= c) << 1 | (a > d) << 2 | (b >= c) << 3 | (d < 0) << 4 | (c > -1) << 5;
}

u64 case_compare_narrow(const u64 *in) {
    return ((u32)in[0] < (u32)in[1]) | ((i32)in[0] < (i32)in[1]) << 1 | ((i8)in[2] < (i8)in[3]) << 2 | ((u16)in[2] >= (u16)in[3]) << 3 | ((i32)in[2] <= -5) << 4;
}

u64 case_logic(const u64 *in) { return ((in[0] & in[1]) | (~in[2] & in[3])) ^ -in[0] ^ !in[1]; }

u64 case_choose(const u64 *in) {
    u64 a = in[0] > in[1] ? in[2] : in[3];
    i64 b = (i64)in[2] < 0 ? -(i64)(in[2] | 1) : (i64)in[2];
    return a + (u64)b;
}

u64 case_swap_bytes(const u64 *in) { return __builtin_bswap64(in[0]) ^ __builtin_bswap32((u32)in[1]) ^ __builtin_bswap16((u16)in[2]); }

u64 case_long_constants(const u64 *in) {
    return (in[0] ^ 0xfedcba9876543210ull) + (in[1] & 0x8000000080000001ull) + (in[2] | 0xffffffff00000000ull) * (in[3] == 0x7fffffffffffffffull ? 3 : 0x100000001ull);
}
