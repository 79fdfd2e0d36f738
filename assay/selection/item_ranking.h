#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "assay/core/ids.h"

namespace assay::selection {

/// Items by score, largest first; equal scores by index. A heap that knows where each item stands: a changed score
/// costs O(log O), the best n items O(n log n), whatever the number of items O. 16 bytes an item.
class ItemRanking {
 public:
  /// Scores of items 0, 1, ...; O(O).
  explicit ItemRanking(std::vector<double> scores);

  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] double score(ItemIndex item) const { return scores_[item]; }
  /// The item gets a new score; one past the last item is added.
  void update(ItemIndex item, double score);
  /// The first n items, or all when there are fewer.
  [[nodiscard]] std::vector<ItemIndex> best(std::size_t n) const;
  /// The first item for which `allowed` is true; nothing when there is none.
  [[nodiscard]] std::optional<ItemIndex> first(const std::function<bool(ItemIndex)>& allowed) const;

 private:
  [[nodiscard]] bool before(ItemIndex a, ItemIndex b) const {
    return scores_[a] != scores_[b] ? scores_[a] > scores_[b] : a < b;
  }
  void put(std::size_t place, ItemIndex item) {
    heap_[place] = item;
    place_[item] = static_cast<std::uint32_t>(place);
  }
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);
  // Calls visit(item) from the best item on until it returns false.
  void walk(const std::function<bool(ItemIndex)>& visit) const;

  std::vector<double> scores_;
  std::vector<ItemIndex> heap_;
  std::vector<std::uint32_t> place_;
};

}  // namespace assay::selection
