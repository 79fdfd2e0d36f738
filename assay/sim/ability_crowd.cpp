#include "assay/sim/ability_crowd.h"

#include <cmath>

namespace assay::sim {
namespace {

// Streams of the generator: items, workers, and one a pair of worker and item.
constexpr std::uint64_t kItemStream = 0;
constexpr std::uint64_t kWorkerStream = 1;
constexpr std::uint64_t kFirstPairStream = 2;

}  // namespace

AbilityCrowd::AbilityCrowd(const AbilityCrowdOptions& options, std::uint64_t seed)
    : options_(options), seed_(seed), ability_(options.workers, 2) {
  Random items(seed, kItemStream);
  for (std::uint64_t o = 0; o < options.items; ++o) {
    truth_.push_back(static_cast<ClassIndex>(items.below(2)));
    easiness_.push_back(std::exp(options.easiness_deviation * items.normal()));
  }
  Random workers(seed, kWorkerStream);
  for (double& a : ability_.values()) a = options.ability_mean + options.ability_deviation * workers.normal();
}

double AbilityCrowd::right_probability(WorkerIndex worker, ItemIndex item) const {
  return 1 / (1 + std::exp(-ability_(worker, truth_[item]) * easiness_[item]));
}

ClassIndex AbilityCrowd::label(WorkerIndex worker, ItemIndex item) const {
  Random random(seed_, kFirstPairStream + worker * options_.items + item);
  const bool is_right = random.uniform() < right_probability(worker, item);
  return static_cast<ClassIndex>(is_right ? truth_[item] : 1 - truth_[item]);
}

}  // namespace assay::sim
