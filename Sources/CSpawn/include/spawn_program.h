#ifndef SLUICE_SPAWN_PROGRAM_H
#define SLUICE_SPAWN_PROGRAM_H

#include <sys/types.h>

/// Starts a program in a group of its own, with no signal blocked and no descriptor but these three, which the caller closes.
///
/// \param environment NULL: that of this process.
/// \param directory where it starts; NULL: where this process is.
/// \returns 0, or a code of errno.
int spawn_program(
    pid_t *started, const char *path, char *const arguments[], char *const environment[], const char *directory, int input,
    int output, int error);

/// Waits until a program that this process has started is over. Blocks.
///
/// \returns its status, or 128 and the number of the signal that ended it, as in a shell; -1: nobody knows, for whoever has started
/// this process may have such news taken away.
int await_program(pid_t program);

#endif
