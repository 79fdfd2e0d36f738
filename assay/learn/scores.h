#pragma once

#include "assay/base/matrix.h"

namespace assay::learn {

/// A figure with its interval; NaN where it is not defined.
struct Interval {
  double value = 0, low = 0, high = 0;
};

/// How good predictions are.
struct Scores {
  Interval accuracy;
  Interval auc;
  Interval log_loss;  ///< nats an item
  double item_count = 0;
};

/// Scores N x K predictions by N x K truths q: one-hot rows where the truth is known, posteriors where it is believed;
/// rows of 0 do not count.
///   accuracy  mean of q[decided]; Wilson's interval
///   AUC       of two classes: the chance that a random item of the second class gets a higher probability of it than
///             one of the first (ties half), items weighted by q; of more: the mean over classes, each against all
///             others, weighted by their share (Provost and Domingos 2001). DeLong's interval (1988), on the log-odds
///             scale. NaN when only one class is true
///   log loss  mean of -sum_k q_k log p_k, p cut at 1e-15; normal interval
/// `level` of the intervals, in (0, 1): they tell of the draw of the items, not of the draw of the training items.
[[nodiscard]] Scores score(const Matrix<double>& predicted, const Matrix<double>& truth, double level);

/// The AUC alone, without its interval.
[[nodiscard]] double area_under_curve(const Matrix<double>& predicted, const Matrix<double>& truth);

}  // namespace assay::learn
