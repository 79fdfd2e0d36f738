#pragma once

#include <cstdio>
#include <cstdlib>

/// Our own bug when false. Stays on in release builds: the checks are cheap and never in inner loops.
#define ASSAY_ASSERT(condition)                                                              \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
