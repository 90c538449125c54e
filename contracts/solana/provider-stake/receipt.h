// The receipts that providers of the network sign, in its canonical encoding: a domain tag, then fields in a fixed order; integers are big-endian and of
// fixed width, bytes and text carry a length of 32 bits. Whatever is not exactly that is refused, so that a receipt has one reading.
#pragma once
#include <solana/address.h>
#include "errors.h"

typedef struct {
    const u8 *job_id;
    const u8 *run_nonce;
    const u8 *key;

    // Null when the job was free.
    const u8 *channel;
} Receipt;

u64 receipt_parse(const u8 *data, u64 length, Receipt *receipt);
