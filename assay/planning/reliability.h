#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/core/label_store.h"

namespace assay::planning {

/// How much labels tell of the truth. A label is taken for the truth with probability lambda and for a guess by the
/// classes' shares otherwise; its reliability is lambda^2, the squared correlation with the truth: (2q - 1)^2 for a
/// label of quality q on two equally likely classes. Two labels of an item agree beyond chance by as much, so that
/// reliability is what Fleiss' kappa measures (Fleiss 1971), whatever the truth is.
struct ItemAgreement {
  double labels = 0;            ///< n
  double agreeing = 0;          ///< sum_c n_c (n_c - 1) / (n - 1); 0 for n < 2
  std::vector<double> classes;  ///< n_c
};
[[nodiscard]] std::vector<ItemAgreement> item_agreements(const LabelStore& labels,
                                                         std::span<const std::uint32_t> items);

/// The reliability of one label, from the items of two labels or more, item i counted weight[i] times; at least 0; NaN
/// when no item has two labels, or all labels are alike.
[[nodiscard]] double single_reliability(std::span<const ItemAgreement> items, std::span<const double> weight);

/// The reliability of the mean of `count` labels (Spearman 1910, Brown 1910): count r / (1 + (count - 1) r).
[[nodiscard]] double pooled_reliability(double single, double count);

/// The chance that two labels drawn at random are alike: the sum of the squared class shares.
[[nodiscard]] double chance_agreement(std::span<const ItemAgreement> items, std::span<const double> weight);

}  // namespace assay::planning
