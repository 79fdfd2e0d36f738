#pragma once

#include <span>
#include <utility>

namespace assay {

/// log(sum(exp(x))) without overflow; -infinity for an empty span or when all are -infinity.
[[nodiscard]] double log_sum_exp(std::span<const double> x);

/// x log x with 0 log 0 = 0; x >= 0.
[[nodiscard]] double x_log_x(double x);

/// Shannon entropy in nats of a distribution (entries >= 0, sum 1).
[[nodiscard]] double entropy(std::span<const double> p);

/// Derivative of log gamma; x > 0.
[[nodiscard]] double digamma(double x);

/// log gamma(x), x > 0; safe to call from several threads (std::lgamma is not).
[[nodiscard]] double log_gamma(double x);

/// The p-quantile of Beta(a, b); 0 <= p <= 1, a > 0, b > 0.
[[nodiscard]] double beta_quantile(double p, double a, double b);

/// Pr(X <= x) for X ~ Beta(a, b), the regularised incomplete beta function.
[[nodiscard]] double beta_cdf(double x, double a, double b);

/// The p-quantile of the standard normal distribution, 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);

/// Pr(X > x) for X ~ chi-squared with `degrees` > 0 degrees of freedom, x >= 0.
[[nodiscard]] double chi_squared_tail(double x, double degrees);

/// Wilson's interval (1927) of a share seen in `count` > 0 trials: its ends; `z` is the normal quantile of its level.
[[nodiscard]] std::pair<double, double> wilson_interval(double share, double count, double z);

/// The value of a sorted sample nearest to its p-quantile, 0 <= p <= 1; NaN for an empty one.
[[nodiscard]] double sample_quantile(std::span<const double> sorted, double p);

/// Divides by the sum, so that the entries sum to 1; makes it uniform when the sum is not positive. Returns the sum.
double normalize(std::span<double> p);

}  // namespace assay
