#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/base/options.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/learn/classifier.h"
#include "assay/learn/scores.h"
#include "assay/planning/search_cost.h"

namespace assay::planning {

/// How examples of a rare class are gathered.
enum class Gathering {
  random_labelling,      ///< items of the pool drawn at random are labelled
  uncertainty_sampling,  ///< those of the pool are labelled about which the classifier is least sure
  guided_learning,       ///< workers search for examples of the class; as many items of the pool are labelled beside
  hybrid,                ///< each batch by whichever gives an example of the class for less money, see below
};
inline constexpr std::size_t kGatheringCount = 4;
[[nodiscard]] std::string_view name(Gathering gathering);

struct GuidedOptions {
  double budget = 50;
  std::uint64_t steps = 20;              ///< points of each curve
  std::uint64_t gathering_repeats = 20;  ///< how often all is drawn anew
  double search_skew = 0.5;  ///< searchers find the j-th best known example in proportion to j^-skew: duplicates
  double test_share = 0.3;
};
[[nodiscard]] const OptionTable<GuidedOptions>& guided_option_table();

/// Items with features and known truth. All outlive the call.
struct GuidedRequest {
  const learn::Features& features;
  std::span<const ClassIndex> truth;
  std::size_t class_count;
  ClassIndex rare = 0;  ///< the class that is searched for; all others count as one
  const learn::Classifier& classifier;
  SearchOptions prices;
  GuidedOptions options;
  double interval = 0.9;
};

/// One point of a curve; means over the repeats with the intervals of the means.
struct GuidedPoint {
  Gathering gathering;
  double spent = 0;
  learn::Interval auc;
  double examples = 0;    ///< items of the class in the training set
  double items = 0;       ///< training items
  double duplicates = 0;  ///< share of found examples that were there already
};

/// Curves per unit of money. In each repeat test items are held out; the pool for labelling is all other items of the
/// other classes and as many of the rare class as the base rate says; searchers find examples among all other items of
/// the rare class, more popular ones more often, duplicates are paid but not verified. Labels are right (judging and
/// verifying labels decide together, and their prices count). The hybrid asks before each batch what an example costs
/// by searching, from the price and the duplicates so far, and by labelling the least sure items, from the classifier's
/// mean probability of the class in that batch; it starts with searching. Until both classes are there, uncertainty
/// sampling draws at random. Trains a new classifier for each batch. The same for any number of threads.
/// Throws Error{bad_input} when the class or the others have too few items.
[[nodiscard]] std::vector<GuidedPoint> gather(const GuidedRequest& request, std::uint64_t seed, ThreadPool& threads,
                                              Progress* progress = nullptr, const StopFlag* stop = nullptr);

}  // namespace assay::planning
