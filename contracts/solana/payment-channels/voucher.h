// Vouchers: what a payer signed off chain, read from the Ed25519 instruction that the runtime verified before this one.
#pragma once
#include "channel.h"

// Raises the channel's settled sum to that of the voucher; the status is the caller's to check.
u64 voucher_settle(Channel *channel, const Account *channel_account, const Account *instructions, const Clock *clock);
