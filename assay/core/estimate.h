#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/confusions.h"
#include "assay/core/ids.h"
#include "assay/core/label_source.h"

namespace assay {

/// How a fit ended.
enum class Termination {
  closed_form,     ///< no iteration is needed
  converged,       ///< the stop rule of the options was met
  max_iterations,  ///< the iteration limit came first
  interrupted,     ///< the caller's stop flag was set
};
[[nodiscard]] std::string_view name(Termination termination);

/// What a fit says of itself.
struct FitSummary {
  std::string model;                                         ///< registry name
  std::vector<std::pair<std::string, std::string>> options;  ///< every option of the model with its value
  Termination termination = Termination::closed_form;
  std::uint64_t iterations = 0;   ///< passes over the labels
  std::vector<double> objective;  ///< after each pass; never falls where the model's ModelInfo says so
  std::string objective_name;     ///< "log posterior", "evidence lower bound", ... or empty when there is none
  std::uint64_t seed = 0;
  double seconds = 0;
  std::vector<std::string> notes;  ///< what a reader must know, one sentence each
};

/// Fills `out` (chunk.size() x K) with the posteriors of the items of a chunk; may be called from many threads.
using ChunkPosterior = std::function<void(const LabelChunk& chunk, Matrix<double>& out)>;

/// What every model returns. O items, W workers, K classes.
struct Estimate {
  Matrix<double> posterior;   ///< O x K, rows sum to 1; the prior's row for items without labels
  std::vector<double> prior;  ///< K class priors, sum 1
  /// confusion[worker][true][given], rows (over given) sum to 1: the error rates as the model estimates them.
  Confusions confusion;
  /// Soft counts: how many labels (weighted) of a worker on items of each true class got each given class.
  Confusions counts;
  /// Worker scores of models that have one of their own (reliability, skill); empty otherwise.
  std::vector<double> worker_score;
  std::string worker_score_name;
  /// Item difficulty of models that have it; empty otherwise.
  std::vector<double> item_difficulty;
  FitSummary summary;
};

}  // namespace assay
