#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace assay {

/// Asks the system to back memory that nobody has written yet with its large pages, where it has such: a table that is
/// looked up at random then spares most address translations, and growing takes few page faults. Less than 4 MiB is
/// left alone.
void ask_for_huge_pages(void* data, std::size_t bytes);

/// Memory that begins with a line of the cache, so that rows of a line's size or half of it lie in one; in large pages
/// from 4 MiB on.
template <typename T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U>& /*other*/) {}  // NOLINT(google-explicit-constructor): as allocators have it

  [[nodiscard]] T* allocate(std::size_t count) {
    auto* data = static_cast<T*>(::operator new(count * sizeof(T), kLine));
    ask_for_huge_pages(data, count * sizeof(T));
    return data;
  }
  void deallocate(T* data, std::size_t count) { ::operator delete(data, count * sizeof(T), kLine); }
  bool operator==(const LineAllocator& /*other*/) const { return true; }
};

template <typename T>
using LineVector = std::vector<T, LineAllocator<T>>;

/// values.reserve(count), in large pages.
template <typename T>
void reserve_huge(std::vector<T>& values, std::size_t count) {
  if (count <= values.capacity()) return;
  std::vector<T> bigger;
  bigger.reserve(count);
  ask_for_huge_pages(bigger.data(), count * sizeof(T));
  bigger.assign(values.begin(), values.end());
  values = std::move(bigger);
}

/// Makes room for `more` values behind those there are, at least doubling what there is when it does not suffice.
template <typename T>
void grow_huge(std::vector<T>& values, std::size_t more) {
  const std::size_t needed = values.size() + more;
  if (needed > values.capacity()) reserve_huge(values, needed > 2 * values.capacity() ? needed : 2 * values.capacity());
}

}  // namespace assay
