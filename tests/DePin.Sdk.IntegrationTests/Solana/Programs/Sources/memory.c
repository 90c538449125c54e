#include "cases.h"

u64 hash_bytes(const u8 *data, u64 length) {
    u64 hash = 0xcbf29ce484222325ull;
    for (u64 i = 0; i < length; i++) {
        hash = (hash ^ data[i]) * 0x100000001b3ull;
    }

    return hash;
}

u64 case_stack_array(const u64 *in) {
    u8 bytes[256];
    for (u64 i = 0; i < sizeof bytes; i++) {
        bytes[i] = (u8)(in[i & 3] >> (i & 7) * 8);
    }

    bytes[in[0] & 255] ^= 0xff;
    return hash_bytes(bytes, (in[1] & 255) + 1);
}

u64 case_widths_in_memory(const u64 *in) {
    union {
        u64 words[4];
        u8 bytes[32];
        u16 shorts[16];
        u32 longs[8];
    } volatile area;
    for (u64 i = 0; i < 4; i++) {
        area.words[i] = in[i];
    }

    area.bytes[in[0] & 31] = (u8)in[1];
    area.shorts[in[1] & 15] = (u16)in[2];
    area.longs[in[2] & 7] = (u32)in[3];
    return area.words[0] ^ area.words[1] * 3 ^ area.words[2] * 5 ^ area.words[3] * 7;
}

typedef struct {
    u8 tag;
    i16 small;
    i32 middle;
    u64 large;
    i8 last;
} Record;

static NOINLINE u64 weigh(const Record *record) {
    return record->tag + (u64)(i64)record->small + (u64)(i64)record->middle * 3 + record->large * 5 + (u64)(i64)record->last;
}

u64 case_structures(const u64 *in) {
    Record one = {(u8)in[0], (i16)in[1], (i32)in[2], in[3], (i8)in[0]};
    Record other = one;
    other.small = (i16)(other.small ^ 0x55);
    return weigh(&one) ^ weigh(&other) << 1;
}

static const u8 bytes_table[19] = "signed and counted";
static const u16 primes[12] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 65521};
static const i32 negatives[5] = {-1, -70000, 5, 2147483647, -2147483647};
static const u64 constants[6] = {0x428a2f98d728ae22ull, 0x7137449123ef65cdull, 0xb5c0fbcfec4d3b2full, 0xe9b5dba58189dbbcull, 1, 0};

u64 case_tables(const u64 *in) {
    return bytes_table[in[0] % 19] + primes[in[1] % 12] * 3 + (u64)(i64)negatives[in[2] % 5] + constants[in[3] % 6];
}

static const char *const words[] = {"zero", "one", "two", "three", "forty-two"};

u64 case_pointers_in_tables(const u64 *in) {
    const char *word = words[in[0] % 5];
    u64 length = 0;
    while (((const volatile char *)word)[length]) {
        length++;
    }

    return hash_bytes((const u8 *)word, length) + length;
}

static u64 twice(u64 value) { return value * 2; }
static u64 inverse(u64 value) { return ~value; }
static u64 turned(u64 value) { return value >> 13 | value << 51; }

static u64 (*const functions[])(u64) = {twice, inverse, turned};

u64 case_function_pointers(const u64 *in) {
    u64 value = in[1];
    for (u64 i = 0; i < 8; i++) {
        value = functions[(in[0] >> i * 2 & 3) % 3](value);
    }

    return value;
}

u64 case_sort(const u64 *in) {
    u64 list[16];
    for (u64 i = 0; i < 16; i++) {
        list[i] = in[i & 3] * (i + 1) ^ in[(i + 1) & 3];
    }

    for (u64 i = 1; i < 16; i++) {
        u64 value = list[i];
        u64 j = i;
        for (; j > 0 && list[j - 1] > value; j--) {
            list[j] = list[j - 1];
        }

        list[j] = value;
    }

    return hash_bytes((const u8 *)list, sizeof list);
}
