#pragma once

#include <memory>
#include <string>

#include "assay/models/em.h"
#include "assay/models/registry.h"

namespace assay::models {

/// One number a worker: how often she is right, whatever the class; errors spread evenly over the other classes.
///
///   Pr(w says g | true t) = r_w when g = t, else (1 - r_w) / (K - 1)
///   M: r_w = (sum_t n[w][t][t] + a c) / (sum_tg n[w][t][g] + a),   c = (1 + 1/K) / 2, halfway between chance and
///   perfect E, gold and prior as in dawid_skene.h, n includes the pseudo-counts of worker priors objective (never
///   falls): sum_o log sum_t prior[t] prod Pr + sum_w a (c log r_w + (1 - c) log((1 - r_w)/(K - 1)))
///
/// class_prior uniform is the default: with so few parameters an estimated prior explains disagreement by making one
/// class ever larger, and collapses on skewed data; votes takes the vote's shares and keeps them. worker_score r_w.
/// Time O(N K) a pass, memory as dawid_skene. Not for errors that depend on the class (bias): a model with confusion
/// matrices sees them. Source: Zhang, Chen, Zhou and Jordan 2016, JMLR 17(102), section 2 (one-coin model).
struct OneCoinOptions : EmOptions {
  double pseudo_count = 4;              ///< a, labels, >= 0
  std::string class_prior = "uniform";  ///< or "votes" or "estimated"; used unless the problem's prior is fixed
};

[[nodiscard]] const OptionTable<OneCoinOptions>& one_coin_options();
[[nodiscard]] std::unique_ptr<Aggregator> make_one_coin(const OneCoinOptions& options);
[[nodiscard]] ModelInfo one_coin_info();

}  // namespace assay::models
