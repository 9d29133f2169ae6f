#ifndef SLUICE_LIBPQ_H
#define SLUICE_LIBPQ_H

#include <postgresql/libpq-fe.h>

// Every function of libpq that is called. The library is not linked: it would bring 21 others (LDAP, Kerberos …) into
// processes that never talk to PostgreSQL.
#define LIBPQ_FUNCTIONS(FUNCTION) \
  FUNCTION(PQlibVersion)          \
  FUNCTION(PQconninfoParse)       \
  FUNCTION(PQconninfoFree)        \
  FUNCTION(PQfreemem)             \
  FUNCTION(PQconnectStartParams)  \
  FUNCTION(PQconnectPoll)         \
  FUNCTION(PQfinish)              \
  FUNCTION(PQstatus)              \
  FUNCTION(PQerrorMessage)        \
  FUNCTION(PQsocket)              \
  FUNCTION(PQsetnonblocking)      \
  FUNCTION(PQsetNoticeReceiver)   \
  FUNCTION(PQtransactionStatus)   \
  FUNCTION(PQsendQuery)           \
  FUNCTION(PQsendQueryParams)     \
  FUNCTION(PQflush)               \
  FUNCTION(PQconsumeInput)        \
  FUNCTION(PQisBusy)              \
  FUNCTION(PQgetResult)           \
  FUNCTION(PQnotifies)            \
  FUNCTION(PQgetCancel)           \
  FUNCTION(PQcancel)              \
  FUNCTION(PQfreeCancel)          \
  FUNCTION(PQescapeIdentifier)    \
  FUNCTION(PQresultStatus)        \
  FUNCTION(PQresultErrorField)    \
  FUNCTION(PQntuples)             \
  FUNCTION(PQnfields)             \
  FUNCTION(PQfname)               \
  FUNCTION(PQfnumber)             \
  FUNCTION(PQgetisnull)           \
  FUNCTION(PQgetvalue)            \
  FUNCTION(PQgetlength)           \
  FUNCTION(PQcmdTuples)           \
  FUNCTION(PQclear)

// The loaded library. Its members are never null, and never change.
typedef struct __attribute__((swift_attr("@Sendable"))) {
#define LIBPQ_MEMBER(name) __typeof__(&name) _Nonnull name;
  LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
#undef LIBPQ_MEMBER
} LibPQ;

/// Loads libpq once for the process.
/// @param name The file name of the library, as `dlopen` takes it.
/// @param reason Why it failed: a static or thread-local text, valid until the next call of this thread.
/// @return The functions, valid for ever; or NULL, and then `reason` is set.
const LibPQ *_Nullable libpq_load(const char *_Nonnull name, const char *_Nullable *_Nonnull reason);

/// Takes notices of the server and drops them; libpq would print them to standard error.
void libpq_drop_notice(void *_Nullable context, const PGresult *_Nullable result);

#endif
