#pragma once
#include <stdint.h>

/// How often malloc, calloc, realloc or an aligned allocation has been called in this thread.
uint64_t malloc_calls(void);

/// Ends Swift Testing's noting a backtrace, with memory of its own, for each error that is thrown.
void forget_errors(void);
