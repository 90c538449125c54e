// Shows that the payer of a payment channel is the victim of a case: what the channel's address follows from gives the channel that the receipt names.
#include "instructions.h"

typedef struct {
    Address payer;
    Address payee;
    Address mint;
    Address authorized_signer;
    u8 salt[8];
    u8 open_slot[8];
    u8 bump;
} ChannelTerms;

_Static_assert(sizeof(ChannelTerms) == 145, "a channel's terms have 145 bytes");

u64 name_victim(Context *context) {
    TRY(require_shape(context, 2, 1 + sizeof(ChannelTerms)));
    const Account *accounts = context->input.accounts;
    const ChannelTerms *terms = (const ChannelTerms *)(context->input.data + 1);
    Pool *pool;
    Case *entry;
    TRY(pool_load(&accounts[0], context->input.program, &pool));
    TRY(case_load_open(&accounts[1], &accounts[0], context->input.program, &entry));
    Slice *seeds = context->seeds;
    seeds[0] = (Slice){"channel", 7};
    seeds[1] = (Slice){&terms->payer, 32};
    seeds[2] = (Slice){&terms->payee, 32};
    seeds[3] = (Slice){&terms->mint, 32};
    seeds[4] = (Slice){&terms->authorized_signer, 32};
    seeds[5] = (Slice){terms->salt, 8};
    seeds[6] = (Slice){terms->open_slot, 8};
    seeds[7] = (Slice){&terms->bump, 1};
    Address channel;
    REQUIRE(!sol_create_program_address(seeds, 8, &pool->channels_program, &channel), DIFFERENT_CHANNEL);
    REQUIRE(address_equals(&channel, &entry->channel), DIFFERENT_CHANNEL);
    address_copy(&entry->victim, &terms->payer);
    return SUCCESS;
}
