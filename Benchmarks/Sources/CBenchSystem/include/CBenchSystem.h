/// Linux calls that Swift's Glibc module does not offer.
#pragma once

#include <stdint.h>

/// A socket that is ready; bit 0 of `events` is set when it can be written to.
struct bench_ready {
  int32_t socket;
  int32_t events;
};

/// accept4 with SOCK_NONBLOCK; -1 when nobody is waiting.
int32_t bench_accept(int32_t listener);

/// A level-triggered epoll; -1 on failure.
int32_t bench_poller_create(void);

/// Watches reading, and writing too when asked; `added` is 1 for a socket that is new to the poller.
int32_t bench_poller_watch(int32_t poller, int32_t socket, int32_t writable, int32_t added);

/// Waits at most `nanoseconds`, or for ever when negative; the number of sockets in `ready`.
int32_t bench_poller_wait(int32_t poller, struct bench_ready *ready, int32_t capacity, int64_t nanoseconds);

/// The first place of `needle` in `haystack`, -1 when it is not there (memmem).
int64_t bench_find(const uint8_t *haystack, int64_t length, const uint8_t *needle, int64_t needle_length);
