#pragma once

#include <cstdint>

#include "assay/core/ids.h"

namespace assay::models {

/// Items whose part of glad's objective is wanted, with its derivatives. Abilities, log easiness b and everything else
/// that the formulas of glad.h need are given; K >= 2 classes.
struct GladTask {
  const std::uint64_t* offsets;  ///< of a LabelStore
  const std::uint32_t* entries;
  const float* weights;    ///< parallel to entries; null: 1
  const ClassIndex* gold;  ///< by item; null: none
  bool gold_in_prior;      ///< whether gold items have the log prior of their class in the objective, and are counted
  ItemIndex begin, end;
  std::size_t class_count;
  const double* log_prior;     ///< K
  const double* ability;       ///< by worker
  const double* log_easiness;  ///< b by item
  double easiness_mean;        ///< of the normal prior on b
  double easiness_precision;
  double* posterior;  ///< K an item, set for items with labels
  double* slope;      ///< by item, set: of the objective along b
  double* curvature;  ///< by item, set: > 0, Fisher's information on b plus the prior's
  double* workers;    ///< two a worker, added to: slope along the ability, Fisher's information on it
  double* classes;    ///< K, added to: posteriors
};

/// The items' part of the objective. With x_l = ability_l exp(b) of label l and s the logistic function,
///
///   F(b) = log sum_t exp(score[t]) - sum_l weight_l (softplus(x_l) + log(K - 1)) - precision (b - mean)^2 / 2,
///   score[t] = log prior[t] + sum over labels t of weight_l (x_l + log(K - 1))
///   dF/dx_l = weight_l (p(label_l) - s(x_l)),  p ~ exp(score);  information on x_l: weight_l s(x_l) (1 - s(x_l))
///
/// so that a label costs one exp(-|x|) and one division. Beyond |b| = 20 labels can't tell items apart, and exp(b)
/// stays what it is there. Runs with the machine's widest vectors; all widths give the same bits.
double run_glad_kernel(const GladTask& task);

}  // namespace assay::models
