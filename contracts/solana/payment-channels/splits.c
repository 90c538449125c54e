#include "splits.h"
#include <solana/syscalls.h>

u64 splits_parse(const u8 *data, u64 length, Splits *splits) {
    REQUIRE(length >= 4, ERROR_INVALID_INSTRUCTION_DATA);
    u32 count = read_u32(data);
    REQUIRE(count <= MAXIMUM_RECIPIENTS, INVALID_RECIPIENT_COUNT);
    REQUIRE(length == 4 + (u64)count * sizeof(Split), ERROR_INVALID_INSTRUCTION_DATA);
    const Split *entries = (const Split *)(data + 4);
    u32 total = 0;
    for (u64 i = 0; i < count; i++) {
        u32 bps = read_u16(entries[i].bps);
        total += bps;
        REQUIRE(bps && total <= WHOLE_BPS, INVALID_SPLIT_CONFIG);
        for (u64 earlier = 0; earlier < i; earlier++) {
            REQUIRE(!address_equals(&entries[i].recipient, &entries[earlier].recipient), DUPLICATE_RECIPIENT);
        }
    }

    splits->count = count;
    splits->total_bps = total;
    splits->entries = entries;
    return SUCCESS;
}

u64 splits_hash(const u8 *data, u64 length, u8 *hash) {
    Slice slice = {data, length};
    return sol_sha256(&slice, 1, hash);
}
