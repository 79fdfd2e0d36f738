#include "assay/planning/beat_machine.h"

#include <cmath>
#include <set>
#include <string>

#include "assay/learn/targets.h"

namespace assay::planning {
namespace {

std::string key_of(const learn::FeatureRow& row) {
  std::string key(reinterpret_cast<const char*>(row.columns.data()), row.columns.size_bytes());
  return key.append(reinterpret_cast<const char*>(row.values.data()), row.values.size_bytes());
}

}  // namespace

std::vector<BeatReward> beat_rewards(const learn::Features& features, const Matrix<double>& predicted,
                                     std::span<const ClassIndex> truth, std::int64_t most_micros) {
  std::set<std::string> seen;
  std::vector<BeatReward> out;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    BeatReward one;
    one.decided = learn::largest(predicted.row(i));
    one.error = 1 - predicted(i, truth[i]);
    one.is_duplicate = !seen.insert(key_of(features.row(i))).second;
    if (one.decided != truth[i] && !one.is_duplicate) {
      one.reward_micros = static_cast<std::int64_t>(std::floor(static_cast<double>(most_micros) * one.error));
    }
    out.push_back(one);
  }
  return out;
}

}  // namespace assay::planning
