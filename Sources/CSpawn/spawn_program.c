// For what POSIX has not: a directory to start in, and the end of all other descriptors.
#define _GNU_SOURCE

#include "spawn_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

int spawn_program(
    pid_t *started, const char *path, char *const arguments[], char *const environment[], const char *directory, int input,
    int output, int error) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  // One of them may have the number of another of the three.
  int given[] = {input, output, error};
  int kept[] = {-1, -1, -1};
  for (int place = 0; place < 3; place++) {
    if (given[place] >= 0 && given[place] < 3) given[place] = kept[place] = fcntl(given[place], F_DUPFD_CLOEXEC, 3);
  }
  if (directory != NULL) posix_spawn_file_actions_addchdir_np(&actions, directory);
  posix_spawn_file_actions_adddup2(&actions, given[0], 0);
  posix_spawn_file_actions_adddup2(&actions, given[1], 1);
  posix_spawn_file_actions_adddup2(&actions, given[2], 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  int code = posix_spawn(started, path, &actions, &attributes, arguments, environment != NULL ? environment : environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  for (int place = 0; place < 3; place++) {
    if (kept[place] >= 0) close(kept[place]);
  }
  return code;
}

int await_program(pid_t program) {
  int status = 0;
  pid_t found;
  do found = waitpid(program, &status, 0); while (found < 0 && errno == EINTR);
  if (found < 0) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
