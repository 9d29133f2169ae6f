#ifndef CCONSOLE_H
#define CCONSOLE_H

#include <stddef.h>

/// A file of the console, as it stands in `files`.
struct sluice_console_file {
  /// Below `files`: `app/main.js`.
  const char *path;
  const unsigned char *bytes;
  size_t count;
};

extern const size_t sluice_console_file_count;

/// - Parameter index: from 0 to before `sluice_console_file_count`.
struct sluice_console_file sluice_console_file_at(size_t index);

#endif
