#define _GNU_SOURCE
#include "CBenchSystem.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { batch = 512 };

int32_t bench_accept(int32_t listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int32_t bench_poller_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int32_t bench_poller_watch(int32_t poller, int32_t socket, int32_t writable, int32_t added) {
  struct epoll_event event = {.events = EPOLLIN | (writable ? EPOLLOUT : 0), .data.fd = socket};
  return epoll_ctl(poller, added ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
}

int32_t bench_poller_wait(int32_t poller, struct bench_ready *ready, int32_t capacity, int64_t nanoseconds) {
  struct epoll_event events[batch];
  struct timespec timeout = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  int count = epoll_pwait2(poller, events, capacity < batch ? capacity : batch, nanoseconds < 0 ? NULL : &timeout, NULL);
  for (int index = 0; index < count; index++) {
    ready[index].socket = events[index].data.fd;
    ready[index].events = events[index].events & EPOLLOUT ? 1 : 0;
  }
  return count;
}

int64_t bench_find(const uint8_t *haystack, int64_t length, const uint8_t *needle, int64_t needle_length) {
  const uint8_t *hit = memmem(haystack, (size_t)length, needle, (size_t)needle_length);
  return hit ? hit - haystack : -1;
}
