#ifndef SLUICE_SPAWN_PROGRAM_H
#define SLUICE_SPAWN_PROGRAM_H

#include <sys/types.h>

/// Starts a program in a group of its own, with no signal blocked and no descriptor but these three.
///
/// \param input what it reads; \c output and \c error are appended to.
/// \returns 0, or a code of errno.
int spawn_program(
    pid_t *started, const char *path, char *const arguments[], char *const environment[], const char *directory,
    const char *input, const char *output, const char *error);

#endif
