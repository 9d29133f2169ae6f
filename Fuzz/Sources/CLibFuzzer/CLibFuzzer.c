#include "CLibFuzzer.h"

#include <stdio.h>
#include <stdlib.h>

void stopFuzzing(const char *message) {
  fprintf(stderr, "%s\n", message);
  abort();
}
