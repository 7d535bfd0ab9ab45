#define _GNU_SOURCE
#include "include/malloccount.h"
#include <stddef.h>

// glibc's own entry points, so that the wrappers need neither dlsym nor a start-up step.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread uint64_t calls;

uint64_t malloc_calls(void) { return calls; }

void *malloc(size_t size) { calls++; return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { calls++; return __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { calls++; return __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { calls++; return __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { calls++; return __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
  calls++;
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : 12;
}

// What Swift calls for each error that is thrown, boxed and typed; Swift Testing hangs a backtrace on it.
extern void *_Atomic _swift_willThrow, *_Atomic _swift_willThrowTypedImpl;

void forget_errors(void) {
  _swift_willThrow = NULL;
  _swift_willThrowTypedImpl = NULL;
}
