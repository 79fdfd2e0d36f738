#include "assay/models/bayes_dawid_skene.h"

#include <gtest/gtest.h>

#include <cmath>

#include "assay/base/numerics.h"
#include "assay/models/label_pass.h"
#include "tests/support/problems.h"

namespace assay::models {
namespace {

// log Pr(counts) of a Dirichlet-multinomial, for one order of the draws.
double log_polya(std::span<const double> alpha, std::span<const double> n) {
  double a = 0, total = 0, sum = 0;
  for (std::size_t i = 0; i < n.size(); ++i) {
    a += alpha[i];
    total += n[i];
    sum += log_gamma(alpha[i] + n[i]) - log_gamma(alpha[i]);
  }
  return sum + log_gamma(a) - log_gamma(a + total);
}

// Exact log evidence with confusion rows and prior integrated out, by going through all true classes.
double exact_log_evidence(const LabelStore& labels, const std::vector<double>& lambda, double prior_pseudo_count) {
  const std::size_t k = labels.class_count();
  std::uint64_t states = 1;
  for (std::size_t o = 0; o < labels.item_count(); ++o) states *= k;
  std::vector<double> terms;
  for (std::uint64_t state = 0; state < states; ++state) {
    Confusions n(labels.worker_count(), k);
    std::vector<double> classes(k);
    std::uint64_t rest = state;
    for (ItemIndex o = 0; o < labels.item_count(); ++o, rest /= k) {
      ++classes[rest % k];
      for (const auto row : labels.rows(o)) n.at(labels.worker_of(row), rest % k, labels.label_of(row)) += 1;
    }
    double term = log_polya(std::vector<double>(k, prior_pseudo_count), classes);
    for (WorkerIndex w = 0; w < labels.worker_count(); ++w) {
      for (std::size_t t = 0; t < k; ++t) {
        std::vector<double> alpha, counts;
        for (std::size_t g = 0; g < k; ++g) {
          alpha.push_back(lambda[g * k + t]);
          counts.push_back(n.at(w, t, g));
        }
        term += log_polya(alpha, counts);
      }
    }
    terms.push_back(term);
  }
  return log_sum_exp(terms);
}

TEST(BayesDawidSkene, BoundsTheExactEvidence) {
  const auto crowd = testing::simple_crowd(7, 4, 2, 3, 12);
  ThreadPool pool(1);
  BayesDawidSkeneOptions options;
  options.workers = 1e9;  // holds lambda at its start, so that the evidence is known
  options.tolerance = 1e-12;
  const PopulationPrior population{options.strength, options.accuracy, options.workers};
  const std::vector<double> lambda = start_of(population, 2);
  const Estimate estimate = make_bayes_dawid_skene(options)->fit(Problem{crowd.labels}, Context{pool});
  const double bound = estimate.summary.objective.back() - log_hyperprior(population, lambda);
  const double exact = exact_log_evidence(crowd.labels, lambda, 1);
  EXPECT_LE(bound, exact + 1e-3);  // what 1e9 x the last bits of lambda leave
  EXPECT_GT(bound, exact - 3);
}

TEST(BayesDawidSkene, LendsToAWorkerWithThreeLabels) {
  // Thirty workers who often call 1 what is 0, never the reverse; one more with three labels, all 1.
  Random random(2);
  LabelStoreBuilder builder;
  for (ItemIndex o = 0; o < 600; ++o) {
    const bool one = o % 2 == 1;
    for (int j = 0; j < 5; ++j) builder.add(o, static_cast<WorkerIndex>(random.below(30)), one || random.below(10) < 3);
    if (o % 200 == 1) builder.add(o, 30, 1);
  }
  const LabelStore labels = builder.finish(600, 31, 2);
  ThreadPool pool(1);
  const Estimate estimate = make_bayes_dawid_skene({})->fit(Problem{labels}, Context{pool});
  EXPECT_NEAR(estimate.confusion.at(30, 0, 1), 0.3, 0.05) << "never seen on class 0: the crowd's row";
  EXPECT_GT(estimate.confusion.at(30, 1, 1), 0.95);
}

TEST(PopulationPrior, IsRecovered) {
  // 4,000 workers with rows drawn from Dirichlet(6, 2) and Dirichlet(1, 3), 40 labels a row.
  Random random(3);
  Confusions counts(4000, 2);
  const std::vector<std::vector<double>> truth = {{6, 2}, {1, 3}};
  for (std::size_t w = 0; w < 4000; ++w) {
    for (std::size_t t = 0; t < 2; ++t) {
      std::vector<double> row(2);
      random.dirichlet(truth[t], row);
      for (int i = 0; i < 40; ++i) counts.at(w, t, random.uniform() < row[0] ? 0 : 1) += 1;
    }
  }
  const PopulationPrior prior;
  std::vector<double> lambda = start_of(prior, 2);
  ThreadPool pool(2);
  learn_population(counts, {}, prior, 2000, pool, lambda);
  for (std::size_t t = 0; t < 2; ++t) {
    for (std::size_t g = 0; g < 2; ++g) EXPECT_NEAR(lambda[g * 2 + t] / truth[t][g], 1, 0.15) << t << g;
  }
}

TEST(PopulationPrior, NeverFallsByAStep) {
  Random random(4);
  for (int repeat = 0; repeat < 20; ++repeat) {
    Confusions counts(15, 3), priors(15, 3);
    for (double& n : counts.values()) n = random.below(3) == 0 ? 0 : 5 * random.uniform();
    for (double& n : priors.values()) n = random.below(2) == 0 ? 0 : 3 * random.uniform();
    const PopulationPrior prior;
    std::vector<double> lambda = start_of(prior, 3);
    ThreadPool pool(1);
    double before = -1e300;
    for (int step = 0; step < 30; ++step) {
      double objective = log_hyperprior(prior, lambda);
      for (std::size_t w = 0; w < 15; ++w) {
        for (std::size_t t = 0; t < 3; ++t) {
          std::vector<double> alpha, n;
          for (std::size_t g = 0; g < 3; ++g) {
            alpha.push_back(lambda[g * 3 + t] + priors.at(w, t, g));
            n.push_back(counts.at(w, t, g));
          }
          objective += log_polya(alpha, n);
        }
      }
      EXPECT_GE(objective, before - 1e-9);
      before = objective;
      learn_population(counts, priors, prior, 1, pool, lambda);
    }
  }
}

}  // namespace
}  // namespace assay::models
