#pragma once
#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with a program's arguments; linked in by `-sanitize=fuzzer`. Returns an exit code.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

/// Prints why an input failed and aborts, upon which libFuzzer keeps the input.
_Noreturn void stopFuzzing(const char *message);
