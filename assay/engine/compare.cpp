#include "assay/engine/compare.h"

#include <algorithm>
#include <chrono>
#include <new>

#include "assay/base/error.h"
#include "assay/core/label_store_builder.h"
#include "assay/core/more_classes.h"
#include "assay/models/registry.h"
#include "assay/quality/expected_cost.h"

namespace assay::engine {
namespace {

constexpr std::string_view kVote = "majority_vote";

std::vector<ClassIndex> decide(const Estimate& estimate, const CostMatrix& costs) {
  std::vector<ClassIndex> out(estimate.posterior.rows());
  for (std::size_t o = 0; o < out.size(); ++o) {
    out[o] = quality::best_decision(estimate.posterior.row(o), estimate.prior, costs).label;
  }
  return out;
}

Estimate fit(const std::string& name, const EstimateRequest& asked, const models::Context& context) {
  models::Problem problem{asked.table.labels};
  problem.gold = asked.gold;
  problem.prior_mode = asked.prior_mode;
  problem.prior = asked.prior;
  problem.worker_priors = asked.worker_priors;
  return models::find_model(name).make({})->fit(problem, context);
}

// What every row is worked out with.
struct Shared {
  const CompareRequest& request;
  CostMatrix costs;
  std::vector<bool> labelled;
  std::vector<ClassIndex> votes;
  GoldLabels truth;             // of items with labels
  std::size_t class_count = 0;  // those of the labels, then those that only the truth has
};

Shared share(const CompareRequest& request, const models::Context& context) {
  const LabelStore& labels = request.estimate.table.labels;
  Shared out{request, request.estimate.costs, std::vector<bool>(labels.item_count()),
             {},      request.truth,          labels.class_count()};
  if (out.costs.class_count() == 0) out.costs = CostMatrix(labels.class_count());
  for (std::size_t o = 0; o < out.labelled.size(); ++o)
    out.labelled[o] = !labels.rows(static_cast<ItemIndex>(o)).empty();
  for (std::size_t o = 0; o < out.truth.size(); ++o) {
    if (!out.labelled[o]) out.truth[o] = kNoClass;
    if (out.truth[o] != kNoClass) out.class_count = std::max<std::size_t>(out.class_count, out.truth[o] + 1U);
  }
  out.votes = decide(fit(std::string(kVote), request.estimate, context), out.costs);
  return out;
}

double share_like_vote(const Shared& shared, const std::vector<ClassIndex>& decided) {
  double same = 0, all = 0;
  for (std::size_t o = 0; o < decided.size(); ++o) {
    if (!shared.labelled[o]) continue;
    all += 1;
    same += decided[o] == shared.votes[o] ? 1 : 0;
  }
  return same / all;
}

quality::Evaluation judge(const Shared& shared, const Matrix<double>& posterior,
                          const std::vector<ClassIndex>& decided) {
  const std::size_t k = shared.class_count;
  // Who gave what is not asked for, and items without labels have no truth here.
  const LabelStore no_labels = LabelStoreBuilder().finish(posterior.rows(), 0, k);
  return quality::evaluate({.labels = no_labels,
                            .posterior = k > posterior.columns() ? with_columns(posterior, k) : posterior,
                            .decided = decided,
                            .truth = shared.truth,
                            .costs = with_classes(shared.costs, k),
                            .worker_quality = {}});
}

ComparedModel try_model(const std::string& name, const Shared& shared, const models::Context& context) {
  ComparedModel row;
  row.model = name;
  const auto start = std::chrono::steady_clock::now();
  const Estimate estimate = fit(name, shared.request.estimate, context);
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  row.termination = assay::name(estimate.summary.termination);
  row.iterations = estimate.summary.iterations;
  const auto decided = decide(estimate, shared.costs);
  row.claimed = quality::claimed_data_quality(estimate.posterior, decided, shared.costs, shared.labelled);
  row.vote_share = share_like_vote(shared, decided);
  if (!shared.truth.empty()) row.evaluation = judge(shared, estimate.posterior, decided);
  return row;
}

ComparedModel failed(const std::string& name, const std::string& why) {
  ComparedModel row;
  row.model = name;
  row.failure = why;
  return row;
}

}  // namespace

std::vector<ComparedModel> compare(const CompareRequest& request, const models::Context& context) {
  for (const auto& name : request.models) (void)models::find_model(name);
  const Shared shared = share(request, context);
  std::vector<ComparedModel> rows;
  for (const auto& name : request.models) {
    if (context.stopping()) throw Error(ErrorCode::interrupted, "interrupted");
    try {
      rows.push_back(try_model(name, shared, context));
    } catch (const Error& e) {
      if (e.code() == ErrorCode::interrupted) throw;
      rows.push_back(failed(name, e.what()));
    } catch (const std::bad_alloc&) {
      rows.push_back(failed(name, "out of memory"));
    }
  }
  return rows;
}

namespace {

const models::ModelInfo& find_named(std::string_view name) {
  try {
    return models::find_model(name);
  } catch (const Error& e) {
    throw bad_input(e.message(), "--models");
  }
}

}  // namespace

std::vector<std::string> model_names(std::string_view text) {
  std::vector<std::string> out;
  if (text == "all") {
    for (const auto& model : models::registry()) out.push_back(model.name);
    return out;
  }
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (word.empty()) continue;
    const std::string name = find_named(word).name;
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  if (out.empty()) throw bad_input("found no model, allowed is all or names from `assay models`", "--models");
  return out;
}

}  // namespace assay::engine
