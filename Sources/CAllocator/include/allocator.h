// What Swift's view of the C library leaves out of malloc.h.
#ifndef SLUICE_ALLOCATOR_H
#define SLUICE_ALLOCATOR_H

/// At most this many heaps (glibc's arenas) for all threads. Does nothing with another C library.
void sluice_bound_heaps(int count);

#endif
