#pragma once

#include <cstdint>

#include "assay/learn/tree_ensemble.h"

namespace assay::learn {

/// Gradient-boosted decision trees. XGBoost grows them (Chen and Guestrin, KDD 2016); the gradient is ours, so that
/// soft targets q need no copies of items: for class k of item i with weight w = sum_k q_ik
///   gradient = w p_k(x_i) - q_ik,   curvature = w p_k (1 - p_k)   (doubled where there are more than two classes)
/// Each round adds a tree a class (one tree for two classes), from all items and columns on one thread: nothing is
/// drawn at random. The trees are kept in a form of our own, so that a saved classifier needs no other program's parser
/// and predicts the same bits everywhere.
struct BoostedTreesOptions {
  std::uint64_t rounds = 100;
  double learning_rate = 0.1;
  std::uint64_t max_depth = 6;
  double min_leaf_weight = 1;
  double leaf_penalty = 1;
};

[[nodiscard]] ClassifierInfo boosted_trees_info();
[[nodiscard]] std::unique_ptr<Classifier> make_boosted_trees(const BoostedTreesOptions& options);

}  // namespace assay::learn
