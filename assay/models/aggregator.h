#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "assay/base/checkpoint.h"
#include "assay/base/communicator.h"
#include "assay/base/options.h"
#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/estimate.h"
#include "assay/core/label_source.h"
#include "assay/core/label_store.h"
#include "assay/core/label_table.h"

namespace assay::models {

/// Where the class priors come from.
enum class PriorMode {
  estimate,  ///< from the data, with the model's own pseudo-counts
  fixed,     ///< Problem::prior is used as it is (uniform included)
};

/// What a model is given. Everything it points to outlives the fit. O items, W workers, K classes.
struct Problem {
  const LabelStore& labels;
  GoldLabels gold = {};  ///< size O or empty; such items are clamped to their class
  PriorMode prior_mode = PriorMode::estimate;
  std::vector<double> prior = {};  ///< K probabilities that sum to 1, for PriorMode::fixed
  /// Pseudo-counts from an earlier estimate, added to each worker's counts; empty when there are none.
  Confusions worker_priors = {};
  ItemIndex first_gold = 0;  ///< the item that gold[0] is of: above 0 in parts of a problem (chunk_problem.h)

  [[nodiscard]] bool has_gold(ItemIndex item) const { return !gold.empty() && gold_of(item) != kNoClass; }
  /// Of an item when `gold` is not empty.
  [[nodiscard]] ClassIndex gold_of(ItemIndex item) const { return gold[item - first_gold]; }
};

/// The services of the program around a fit. Models never print, open files or exit.
struct Context {
  ThreadPool& threads;
  std::uint64_t seed = 1;
  Progress* progress = nullptr;    ///< may be null
  const StopFlag* stop = nullptr;  ///< may be null
  Communicator* ranks = nullptr;   ///< null: one rank; more only for models whose ModelInfo says `streams`
  /// Where models that can be resumed leave their state after each pass; may be null. A stopped fit then throws
  /// Error{interrupted}, for it can go on from there.
  Checkpoint* checkpoint = nullptr;

  [[nodiscard]] bool stopping() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
  void report(std::string_view what, std::uint64_t done, std::uint64_t total) const {
    if (progress != nullptr) progress->update(what, done, total);
  }
};

/// A fit to labels that stay where they are: all of an Estimate but the posteriors, which are made block by block.
struct BlockEstimate {
  Estimate estimate;
  ChunkPosterior posterior;  ///< as long as the problem lives
};

/// One way to find the true labels. Stateless: options are fixed when it is made, `fit` may be called from many
/// threads.
class Aggregator {
 public:
  virtual ~Aggregator() = default;
  /// Registry name.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Every option with its value.
  [[nodiscard]] virtual OptionValues options() const = 0;
  /// Items without labels get the prior; no labels at all, one class or one worker are not errors.
  [[nodiscard]] virtual Estimate fit(const Problem& problem, const Context& context) const = 0;
  /// The same fit, with the same bits, to labels that are read block by block; problem.labels has no item then. Only
  /// for models whose ModelInfo says `streams`; throws Error{bad_input} for others.
  [[nodiscard]] virtual BlockEstimate fit_blocks(const Problem& problem, const LabelSource& labels,
                                                 const Context& context) const;
};

}  // namespace assay::models
