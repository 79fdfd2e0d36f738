#include <string_view>

#include "assay/engine/estimate_blocks.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay::engine {
namespace {

// A hash over everything that was added, lengths included.
class Key {
 public:
  explicit Key(std::uint64_t start) : value_(start) {}

  void add(std::string_view text) { value_ = XXH3_64bits_withSeed(text.data(), text.size(), value_ + text.size()); }
  template <typename T>
  void add_numbers(std::span<const T> numbers) {
    add(std::string_view(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_;
};

}  // namespace

std::uint64_t request_key(const EstimateRequest& request, std::uint64_t labels_key) {
  Key key(labels_key);
  key.add(request.model);
  for (const auto& [name, value] : request.model_options) {
    key.add(name);
    key.add(value);
  }
  for (const auto& name : request.table.classes.names()) key.add(name);
  for (std::uint32_t w = 0; w < request.table.workers.size(); ++w) key.add(request.table.workers.name(w));
  key.add_numbers(std::span<const ClassIndex>(request.gold));
  key.add_numbers(std::span<const double>(request.prior));
  key.add_numbers(request.worker_priors.values());
  const std::uint64_t mode = request.prior.empty() ? 0 : 1;
  key.add_numbers(std::span(&mode, 1));
  return key.value();
}

}  // namespace assay::engine
