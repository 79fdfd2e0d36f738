#include "assay/learn/tree_ensemble.h"

#include <algorithm>
#include <cmath>

#include "assay/base/byte_record.h"
#include "assay/base/check.h"
#include "assay/base/numerics.h"

namespace assay::learn {
namespace {

constexpr std::uint32_t kMostTrees = 10'000'000;
constexpr std::size_t kNodeBytes = 5;  // the fewest that a node is written with

float leaf_score(const Tree& tree, const FeatureRow& row) {
  std::uint32_t at = 0;
  while (!tree[at].is_leaf()) {
    const TreeNode& node = tree[at];
    const auto found = std::lower_bound(row.columns.begin(), row.columns.end(), node.column);
    const bool has = found != row.columns.end() && *found == node.column;
    const bool left =
        has ? row.values[static_cast<std::size_t>(found - row.columns.begin())] < node.value : node.missing_left;
    at = left ? node.left : node.right;
  }
  return tree[at].value;
}

// Children stand after their parent, so that every walk ends.
TreeNode read_node(ByteReader& in, std::uint32_t index, std::uint32_t count, std::size_t column_count) {
  TreeNode node;
  const auto kind = in.u8();
  if (kind > 2) in.fail("found " + std::to_string(kind) + " for the kind of a node, allowed is 0 to 2");
  node.value = in.f32("a node's value");
  if (kind == 0) return node;
  if (index + 1 >= count || column_count == 0) in.fail("found a split with nothing below it");
  node.missing_left = kind == 2;
  node.left = in.integer<std::uint32_t>(index + 1, count - 1, "a node's left child");
  node.right = in.integer<std::uint32_t>(index + 1, count - 1, "a node's right child");
  node.column = in.integer<std::uint32_t>(0, static_cast<std::uint32_t>(column_count - 1), "a node's column");
  return node;
}

}  // namespace

TreeEnsemble::TreeEnsemble(std::size_t class_count, std::vector<float> base, std::vector<Tree> trees)
    : class_count_(class_count), base_(std::move(base)), trees_(std::move(trees)) {
  ASSAY_ASSERT(base_.size() == learn::group_count(class_count_) && trees_.size() % base_.size() == 0);
}

void TreeEnsemble::scores(const FeatureRow& row, std::span<float> out) const {
  std::copy(base_.begin(), base_.end(), out.begin());
  for (std::size_t i = 0; i < trees_.size(); ++i) out[i % base_.size()] += leaf_score(trees_[i], row);
}

void TreeEnsemble::predict(const FeatureRow& row, std::span<double> out) const {
  std::vector<float> score(base_.size());
  scores(row, score);
  probabilities(score, out);
}

void probabilities(std::span<const float> scores, std::span<double> out) {
  if (out.size() == 2) {
    out[1] = 1 / (1 + std::exp(-static_cast<double>(scores[0])));
    out[0] = 1 / (1 + std::exp(static_cast<double>(scores[0])));
    return;
  }
  std::copy(scores.begin(), scores.end(), out.begin());
  const double scale = log_sum_exp(out);
  for (double& p : out) p = std::exp(p - scale);
}

void TreeEnsemble::write(ByteWriter& to) const {
  for (const float b : base_) to.f32(b);
  to.u32(static_cast<std::uint32_t>(trees_.size()));
  for (const auto& tree : trees_) {
    to.u32(static_cast<std::uint32_t>(tree.size()));
    for (const auto& node : tree) {
      to.u8(node.is_leaf() ? 0 : node.missing_left ? 2 : 1);
      to.f32(node.value);
      if (node.is_leaf()) continue;
      to.u32(node.left);
      to.u32(node.right);
      to.u32(node.column);
    }
  }
}

std::unique_ptr<Predictor> TreeEnsemble::read(ByteReader& in, std::size_t class_count, std::size_t column_count) {
  const std::size_t groups = learn::group_count(class_count);
  in.expect_left(groups, sizeof(float), "the base scores");
  std::vector<float> base;
  for (std::size_t g = 0; g < groups; ++g) base.push_back(in.f32("a base score"));
  const auto tree_count = in.integer<std::uint32_t>(0, kMostTrees, "the number of trees");
  if (tree_count % groups != 0)
    in.fail("found " + std::to_string(tree_count) + " trees in " + std::to_string(groups) + " groups");
  in.expect_left(tree_count, sizeof(std::uint32_t) + kNodeBytes, "the trees");
  std::vector<Tree> trees(tree_count);
  for (auto& tree : trees) {
    const auto nodes = in.integer<std::uint32_t>(1, 0x7fffffff, "the number of nodes");
    in.expect_left(nodes, kNodeBytes, "a tree");
    for (std::uint32_t i = 0; i < nodes; ++i) tree.push_back(read_node(in, i, nodes, column_count));
  }
  return std::make_unique<TreeEnsemble>(class_count, std::move(base), std::move(trees));
}

}  // namespace assay::learn
