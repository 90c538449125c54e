#include "channel.h"

u64 channel_load(const Account *account, const Address *program, Channel **channel) {
    REQUIRE(address_equals(account->owner, program), ERROR_INVALID_ACCOUNT_OWNER);
    REQUIRE(account->data_length == sizeof(Channel), ERROR_INVALID_ACCOUNT_DATA);
    *channel = (Channel *)account->data;
    REQUIRE((*channel)->discriminator == CHANNEL_DISCRIMINATOR, INVALID_ACCOUNT_DISCRIMINATOR);
    REQUIRE((*channel)->version == CHANNEL_VERSION, UNSUPPORTED_CHANNEL_VERSION);
    return SUCCESS;
}

u64 channel_seeds(const Account *account, const Address *program, ChannelSeeds *seeds) {
    const Channel *channel = (const Channel *)account->data;
    seeds->seeds[0] = (Slice){"channel", 7};
    seeds->seeds[1] = (Slice){&channel->payer, 32};
    seeds->seeds[2] = (Slice){&channel->payee, 32};
    seeds->seeds[3] = (Slice){&channel->mint, 32};
    seeds->seeds[4] = (Slice){&channel->authorized_signer, 32};
    seeds->seeds[5] = (Slice){channel->salt, 8};
    seeds->seeds[6] = (Slice){channel->open_slot, 8};
    seeds->seeds[7] = (Slice){&channel->bump, 1};
    seeds->signer = (Signer){seeds->seeds, CHANNEL_SEEDS + 1};
    Address address;
    REQUIRE(!sol_create_program_address(seeds->seeds, CHANNEL_SEEDS + 1, program, &address), CHANNEL_ACCOUNT_MISMATCH);
    REQUIRE(address_equals(&address, account->key), CHANNEL_ACCOUNT_MISMATCH);
    return SUCCESS;
}

u64 channel_deadline(const Channel *channel, i64 *deadline) {
    i64 started = read_i64(channel->closure_started_at);
    i64 grace = (i64)read_u32(channel->grace_period);
    REQUIRE(started <= 0x7fffffffffffffffll - grace, SEAL_DEADLINE_OVERFLOW);
    *deadline = started + grace;
    return SUCCESS;
}

u64 channel_deallocate(Account *account, Account *rent_payer) {
    REQUIRE(*rent_payer->lamports + *account->lamports >= *account->lamports, RENT_PAYER_BALANCE_OVERFLOW);
    account_close(account, rent_payer);
    return SUCCESS;
}
