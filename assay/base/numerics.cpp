#include "assay/base/numerics.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

namespace assay {
namespace {

// Plain doubles everywhere: the default promotion to long double costs a factor and buys nothing here.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using Beta = boost::math::beta_distribution<double, Policy>;

}  // namespace

double log_sum_exp(std::span<const double> x) {
  if (x.empty()) return -std::numeric_limits<double>::infinity();
  const double largest = *std::max_element(x.begin(), x.end());
  if (!std::isfinite(largest)) return largest;
  double sum = 0;
  for (const double v : x) sum += std::exp(v - largest);
  return largest + std::log(sum);
}

double x_log_x(double x) { return x > 0 ? x * std::log(x) : 0.0; }

double entropy(std::span<const double> p) {
  double sum = 0;
  for (const double v : p) sum -= x_log_x(v);
  return std::max(sum, 0.0);
}

double digamma(double x) { return boost::math::digamma(x, Policy()); }

double log_gamma(double x) { return boost::math::lgamma(x, Policy()); }

double beta_quantile(double p, double a, double b) { return boost::math::quantile(Beta(a, b), p); }

double beta_cdf(double x, double a, double b) { return boost::math::cdf(Beta(a, b), x); }

double normal_quantile(double p) { return -std::sqrt(2.0) * boost::math::erfc_inv(2 * p, Policy()); }

double chi_squared_tail(double x, double degrees) { return boost::math::gamma_q(degrees / 2, x / 2, Policy()); }

std::pair<double, double> wilson_interval(double share, double count, double z) {
  const double scale = 1 + z * z / count;
  const double middle = (share + z * z / (2 * count)) / scale;
  const double half = z / scale * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  return {middle - half, middle + half};
}

double sample_quantile(std::span<const double> sorted, double p) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  return sorted[static_cast<std::size_t>(std::llround(p * static_cast<double>(sorted.size() - 1)))];
}

double normalize(std::span<double> p) {
  double sum = 0;
  for (const double v : p) sum += v;
  if (sum > 0) {
    for (double& v : p) v /= sum;
  } else {
    std::fill(p.begin(), p.end(), 1.0 / static_cast<double>(p.size()));
  }
  return sum;
}

}  // namespace assay
