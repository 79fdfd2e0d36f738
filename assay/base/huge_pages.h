#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace assay {

/// Asks the system to back memory that nobody has written yet with its large pages, where it has such: a table that is
/// looked up at random then spares most address translations, and growing takes few page faults. Less than 4 MiB is
/// left alone.
void ask_for_huge_pages(void* data, std::size_t bytes);

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
