// The cluster's clock and rent.
#pragma once
#include "errors.h"
#include "syscalls.h"

typedef struct {
    u64 slot;
    i64 epoch_start_timestamp;
    u64 epoch;
    u64 leader_schedule_epoch;
    i64 unix_timestamp;
} Clock;

typedef struct {
    u64 lamports_per_byte;
    u64 exemption_threshold;
    u8 burn_percent;
    u8 padding[7];
} Rent;

// Every account pays for this many bytes beside its data.
#define ACCOUNT_OVERHEAD 128

// The threshold is a floating-point number, which the machine cannot count with: clusters have 2.0 years, or 1.0 since the rate is stated for them together.
#define THRESHOLD_ONE 0x3ff0000000000000ull
#define THRESHOLD_TWO 0x4000000000000000ull

INLINE u64 rent_exemption(u64 data_length, u64 *lamports) {
    Rent rent;
    TRY(sol_get_rent_sysvar(&rent));
    u64 once = (ACCOUNT_OVERHEAD + data_length) * rent.lamports_per_byte;
    REQUIRE(rent.exemption_threshold == THRESHOLD_ONE || rent.exemption_threshold == THRESHOLD_TWO, ERROR_UNSUPPORTED_SYSVAR);
    *lamports = rent.exemption_threshold == THRESHOLD_TWO ? 2 * once : once;
    return SUCCESS;
}
