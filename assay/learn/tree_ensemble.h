#pragma once

#include <cstdint>
#include <vector>

#include "assay/learn/classifier.h"

namespace assay::learn {

/// One node of a decision tree. A leaf has left == right == 0 (the root is nobody's child).
struct TreeNode {
  std::uint32_t left = 0, right = 0;  ///< numbers of later nodes
  std::uint32_t column = 0;
  bool missing_left = false;  ///< where an item goes that lacks the column
  float value = 0;            ///< goes left below it; of a leaf: its score

  [[nodiscard]] bool is_leaf() const { return left == 0; }
};
using Tree = std::vector<TreeNode>;  ///< never empty

/// Scores of the groups of trees, added up. With one group it is the log-odds of the second of two classes; else there
/// is a group a class, and probabilities are their softmax.
class TreeEnsemble final : public Predictor {
 public:
  /// trees[i] belongs to group i % group_count; `base` has a score a group.
  TreeEnsemble(std::size_t class_count, std::vector<float> base, std::vector<Tree> trees);
  using Predictor::predict;
  [[nodiscard]] std::size_t class_count() const override { return class_count_; }
  void predict(const FeatureRow& row, std::span<double> out) const override;
  void write(ByteWriter& to) const override;
  [[nodiscard]] static std::unique_ptr<Predictor> read(ByteReader& in, std::size_t class_count,
                                                       std::size_t column_count);
  /// The scores of the groups before they are made probabilities.
  void scores(const FeatureRow& row, std::span<float> out) const;
  [[nodiscard]] std::size_t group_count() const { return base_.size(); }

 private:
  std::size_t class_count_;
  std::vector<float> base_;
  std::vector<Tree> trees_;
};

/// The groups that K classes need.
[[nodiscard]] constexpr std::size_t group_count(std::size_t class_count) { return class_count == 2 ? 1 : class_count; }

/// Probabilities of the scores of an item's groups.
void probabilities(std::span<const float> scores, std::span<double> out);

}  // namespace assay::learn
