#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/base/money.h"
#include "assay/engine/estimate.h"
#include "assay/selection/stop_rule.h"

namespace assay::engine {

/// Somebody who can be asked.
struct AvailableWorker {
  std::string name;
  std::optional<WorkerIndex> index;  ///< in the label table; nothing for somebody new
  std::optional<Money> price;        ///< of one label; the request's when not given
  std::uint64_t most_labels = 0;     ///< that can be asked for now; 0: any number
};

/// Which items should get another label. O items, K classes.
struct SelectRequest {
  EstimateRequest estimate;              ///< labels (items without any included), gold, costs, priors, model
  std::string strategy;                  ///< registry name
  Matrix<double> model_probability;      ///< O x K of a classifier, or empty
  std::vector<AvailableWorker> workers;  ///< who can be asked; empty: somebody new each time
  std::uint64_t batch = 10;              ///< rows at most
  selection::StopRule stop;
  std::optional<Money> price;  ///< of one label
};

/// One row: a label to ask for.
struct SelectedLabel {
  ItemIndex item = 0;
  std::optional<std::size_t> worker;  ///< in SelectRequest::workers
  double score = 0;                   ///< the strategy's; per unit of money where it looks at workers with prices
  ClassIndex current_label = 0;       ///< decision of minimum cost as things stand
  double minimum_cost = 0;            ///< expected, of that decision
  std::uint32_t label_count = 0;
  std::string reason;
};

struct SelectResult {
  std::vector<SelectedLabel> labels;  ///< best first
  selection::StopReason stop = selection::StopReason::none;
  double mean_cost = 0;          ///< mean minimum cost of the items; NaN without items
  std::uint64_t open_count = 0;  ///< items that may get a label: no gold, target not met
  Money spent;                   ///< the rows' prices together
  EstimateResult estimate;       ///< without the workers' quality
};

/// The items in the order of the strategy, each at most once; gold items never. Scores are per unit of price for
/// strategies that look at workers. Workers for other strategies: in turn, whoever has the fewest rows and has not
/// labelled the item. With more than 2 million pairs of item and worker, only the items where a new worker's label is
/// worth most are weighed with each worker: 10 times the batch, at least 2,000.
/// Throws Error{bad_input} for an unknown strategy, or one that needs model probabilities that are not there.
[[nodiscard]] SelectResult select(const SelectRequest& request, const models::Context& context);

}  // namespace assay::engine
