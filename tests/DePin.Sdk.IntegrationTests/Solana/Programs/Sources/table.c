#include "cases.h"

#define ALL(each)                                                                                                                             \
    each(add_multiply) each(divide) each(remainder) each(narrow_divide) each(shift) each(shift_with_sign) each(narrow_shift) each(widths)     \
    each(narrow_overflow) each(compare) each(compare_with_sign) each(compare_narrow) each(logic) each(choose) each(swap_bytes)                \
    each(long_constants) each(loop) each(nested_loops) each(greatest_divisor) each(switch) each(dense_switch) each(five_arguments)            \
    each(recursion) each(mutual_recursion) each(call_of_another_object) each(early_return) each(stack_array) each(widths_in_memory)           \
    each(structures) each(tables) each(pointers_in_tables) each(function_pointers) each(sort)

#define DECLARE(name) extern u64 case_##name(const u64 *in);
#define ENTER(name) case_##name,
#define COUNT(name) +1

ALL(DECLARE)
const Case cases[] = {ALL(ENTER)};
const u64 case_count = ALL(COUNT);
