#include "assay/selection/item_ranking.h"

#include <algorithm>

#include "assay/base/check.h"

namespace assay::selection {
namespace {

// Four children share a cache line's worth of indices and halve the depth of a binary heap.
constexpr std::size_t kChildren = 4;

}  // namespace

ItemRanking::ItemRanking(std::vector<double> scores)
    : scores_(std::move(scores)), heap_(scores_.size()), place_(scores_.size()) {
  for (std::size_t i = 0; i < heap_.size(); ++i) put(i, static_cast<ItemIndex>(i));
  for (std::size_t i = heap_.size() / kChildren + 1; i-- > 0;) sift_down(i);
}

void ItemRanking::update(ItemIndex item, double score) {
  ASSAY_ASSERT(item <= scores_.size());
  if (item == scores_.size()) {
    scores_.push_back(score);
    heap_.push_back(item);
    place_.push_back(item);
    sift_up(item);
    return;
  }
  const double old = scores_[item];
  scores_[item] = score;
  if (score > old) {
    sift_up(place_[item]);
  } else if (score < old) {
    sift_down(place_[item]);
  }
}

void ItemRanking::sift_up(std::size_t place) {
  const ItemIndex item = heap_[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / kChildren;
    if (!before(item, heap_[parent])) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, item);
}

void ItemRanking::sift_down(std::size_t place) {
  if (place >= heap_.size()) return;
  const ItemIndex item = heap_[place];
  for (;;) {
    const std::size_t first = place * kChildren + 1;
    if (first >= heap_.size()) break;
    const std::size_t last = std::min(heap_.size(), first + kChildren);
    std::size_t child = first;
    for (std::size_t c = first + 1; c < last; ++c) {
      if (before(heap_[c], heap_[child])) child = c;
    }
    if (!before(heap_[child], item)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, item);
}

void ItemRanking::walk(const std::function<bool(ItemIndex)>& visit) const {
  // A heap of places whose parents have been visited.
  const auto later = [this](std::size_t a, std::size_t b) { return before(heap_[b], heap_[a]); };
  std::vector<std::size_t> open;
  if (!heap_.empty()) open.push_back(0);
  while (!open.empty()) {
    std::ranges::pop_heap(open, later);
    const std::size_t place = open.back();
    open.pop_back();
    if (!visit(heap_[place])) return;
    const std::size_t first = place * kChildren + 1;
    for (std::size_t c = first; c < std::min(heap_.size(), first + kChildren); ++c) {
      open.push_back(c);
      std::ranges::push_heap(open, later);
    }
  }
}

std::vector<ItemIndex> ItemRanking::best(std::size_t n) const {
  std::vector<ItemIndex> out;
  out.reserve(std::min(n, heap_.size()));
  if (n == 0) return out;
  walk([&](ItemIndex item) {
    out.push_back(item);
    return out.size() < n;
  });
  return out;
}

std::optional<ItemIndex> ItemRanking::first(const std::function<bool(ItemIndex)>& allowed) const {
  std::optional<ItemIndex> out;
  walk([&](ItemIndex item) {
    if (!allowed(item)) return true;
    out = item;
    return false;
  });
  return out;
}

}  // namespace assay::selection
