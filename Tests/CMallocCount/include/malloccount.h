#pragma once
#include <stdint.h>

/// How often malloc, calloc, realloc or an aligned allocation has been called in this thread.
uint64_t malloc_calls(void);
