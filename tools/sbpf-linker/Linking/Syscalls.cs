using System.Collections.Frozen;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>The functions that Solana's runtime offers to programs; what else is not defined is a mistake.</summary>
internal static class Syscalls
{
    private static readonly FrozenSet<string> Names =
    [
        "abort", "sol_panic_", "sol_log_", "sol_log_64_", "sol_log_compute_units_", "sol_log_pubkey", "sol_log_data",
        "sol_create_program_address", "sol_try_find_program_address",
        "sol_sha256", "sol_keccak256", "sol_blake3", "sol_secp256k1_recover", "sol_poseidon",
        "sol_curve_validate_point", "sol_curve_group_op", "sol_curve_multiscalar_mul", "sol_alt_bn128_group_op", "sol_alt_bn128_compression", "sol_big_mod_exp",
        "sol_get_clock_sysvar", "sol_get_epoch_schedule_sysvar", "sol_get_rent_sysvar", "sol_get_last_restart_slot", "sol_get_epoch_rewards_sysvar",
        "sol_get_sysvar", "sol_get_epoch_stake",
        "sol_memcpy_", "sol_memmove_", "sol_memcmp_", "sol_memset_",
        "sol_invoke_signed_c", "sol_invoke_signed_rust", "sol_set_return_data", "sol_get_return_data",
        "sol_get_processed_sibling_instruction", "sol_get_stack_height", "sol_remaining_compute_units",
    ];

    public static bool Contains(string name) => Names.Contains(name);

    /// <summary>What to do about a function that nothing defines.</summary>
    public static string Explain(string name) => name switch
    {
        "memcpy" or "memmove" or "memset" or "memcmp" => $"the compiler copies or clears something large with '{name}'; use sol_{name}_ there, or define '{name}'",
        _ when name.StartsWith("__", StringComparison.Ordinal) => $"the compiler needs its run-time library ('{name}') for something that the machine cannot do, such as 128-bit or floating-point arithmetic; avoid it",
        _ => $"'{name}' is defined by no object, and is no syscall of Solana",
    };
}
