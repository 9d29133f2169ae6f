#include "CLibPQ.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

const LibPQ *libpq_load(const char *name, const char **reason) {
  // A second dlopen returns the same library. It is never unloaded: its threads' state would dangle.
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    *reason = dlerror();
    return NULL;
  }
  LibPQ *functions = malloc(sizeof(LibPQ));
  if (functions == NULL) {
    *reason = "out of memory";
    return NULL;
  }
#define LIBPQ_LOAD(function)                                         \
  *(void **)(&functions->function) = dlsym(library, #function);      \
  if (functions->function == NULL) {                                 \
    *reason = "the library has no function " #function;              \
    free(functions);                                                 \
    return NULL;                                                     \
  }
  LIBPQ_FUNCTIONS(LIBPQ_LOAD)
#undef LIBPQ_LOAD
  return functions;
}

void libpq_drop_notice(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}
