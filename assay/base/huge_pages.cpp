#include "assay/base/huge_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace assay {

void ask_for_huge_pages(void* data, std::size_t bytes) {
  constexpr std::size_t kLeast = std::size_t{4} << 20;
  constexpr std::uintptr_t kHugePage = std::uintptr_t{2} << 20;
  if (bytes < kLeast) return;
#if defined(MADV_HUGEPAGE)
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  const std::uintptr_t last = (begin + bytes) / kHugePage * kHugePage;
  // A wish: where it is not granted everything works as before.
  if (first < last) (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  (void)data;
#endif
}

}  // namespace assay
