#include "receipt.h"

typedef struct {
    const u8 *at;
    u64 left;
    bool is_valid;
} Reader;

static const u8 *skip(Reader *reader, u64 length) {
    const u8 *start = reader->at;
    if (!reader->is_valid || length > reader->left) {
        reader->is_valid = false;
        return start;
    }

    reader->at += length;
    reader->left -= length;
    return start;
}

static u64 read_length(Reader *reader) {
    const u8 *at = skip(reader, 4);
    return reader->is_valid ? (u64)at[0] << 24 | (u64)at[1] << 16 | (u64)at[2] << 8 | at[3] : 0;
}

static const u8 *read_fixed(Reader *reader, u64 length) {
    reader->is_valid &= read_length(reader) == length;
    return skip(reader, length);
}

static void skip_text(Reader *reader) { skip(reader, read_length(reader)); }

// Nothing, or 32 bytes.
static const u8 *read_optional(Reader *reader) {
    u64 length = read_length(reader);
    reader->is_valid &= length == 0 || length == 32;
    const u8 *at = skip(reader, length);
    return length ? at : NULL;
}

static void expect_text(Reader *reader, const char *text, u64 length) {
    const u8 *at = read_fixed(reader, length);
    for (u64 i = 0; reader->is_valid && i < length; i++) {
        reader->is_valid = at[i] == (u8)text[i];
    }
}

u64 receipt_parse(const u8 *data, u64 length, Receipt *receipt) {
    Reader reader = {data, length, true};
    expect_text(&reader, "depin.receipt.v2", 16);
    receipt->job_id = read_fixed(&reader, 16);
    receipt->run_nonce = read_fixed(&reader, 16);
    read_fixed(&reader, 32); // the job's hash
    read_fixed(&reader, 32); // the offer
    expect_text(&reader, "ed25519", 7);
    receipt->key = read_fixed(&reader, 32);
    skip_text(&reader);     // model
    read_optional(&reader); // the model's hash
    read_fixed(&reader, 32); // the outputs' hash
    skip(&reader, 16);      // tokens in and out
    skip(&reader, 16);      // amount
    skip_text(&reader);     // asset
    receipt->channel = read_optional(&reader);
    skip(&reader, 16); // outcome, completion
    REQUIRE(reader.is_valid && reader.left == 0, INVALID_RECEIPT);
    return SUCCESS;
}
