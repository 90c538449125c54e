// A line of hexadecimal digits in, one out.
#include "cases.h"
#include <stdio.h>
#include <string.h>

int main(void) {
    static char line[8192];
    static u64 data[512];
    static u64 out[512];
    while (fgets(line, sizeof line, stdin)) {
        u64 length = strcspn(line, "\n") / 2;
        for (u64 i = 0; i < length; i++) {
            unsigned value;
            sscanf(line + 2 * i, "%2x", &value);
            ((u8 *)data)[i] = (u8)value;
        }

        u64 written = run_cases((const u8 *)data, length, out);
        for (u64 i = 0; i < written; i++) {
            printf("%02x", ((const u8 *)out)[i]);
        }

        printf("\n");
    }

    return 0;
}
