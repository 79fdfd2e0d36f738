#include "assay/models/class_prior.h"

#include <cmath>

#include "assay/base/numerics.h"

namespace assay::models {

ClassPrior::ClassPrior(const Problem& problem, const std::string& choice, const Counts& votes) {
  if (problem.prior_mode == PriorMode::fixed) {
    fixed_ = problem.prior;
  } else if (choice == "estimated") {
    estimated_ = true;
  } else if (choice == "votes") {
    fixed_ = votes.classes;
    for (double& p : fixed_) p += kPseudoCount;
    normalize(fixed_);
  } else {
    fixed_.assign(votes.classes.size(), 1.0 / static_cast<double>(votes.classes.size()));
  }
}

double ClassPrior::update(const std::vector<double>& class_counts, std::vector<double>& prior) const {
  if (!estimated_) {
    prior = fixed_;
    return 0;
  }
  prior = class_counts;
  for (double& p : prior) p += kPseudoCount;
  normalize(prior);
  double penalty = 0;
  for (const double p : prior) penalty += kPseudoCount * std::log(p);
  return penalty;
}

}  // namespace assay::models
