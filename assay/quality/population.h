#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/matrix.h"
#include "assay/core/confusions.h"

namespace assay::quality {

/// A kind of worker: row t of his confusion matrix is drawn from the Dirichlet with parameters alpha(t, .). Their sum,
/// the strength, is how many labels of one's own outweigh the kind: small where its workers differ a lot.
class WorkerType {
 public:
  /// `class_shares` (K, sum 1): how common the classes are.
  WorkerType(Matrix<double> alpha, std::span<const double> class_shares);

  [[nodiscard]] double alpha(std::size_t true_class, std::size_t given) const { return alpha_(true_class, given); }
  [[nodiscard]] double strength(std::size_t true_class) const { return strength_[true_class]; }

  /// log Pr(the labels of a worker of this type | their truths), a Dirichlet-multinomial; counts [given][true].
  [[nodiscard]] double log_likelihood(std::span<const float> counts) const;

  /// One step of the fixed-point iteration of Minka (2000, "Estimating a Dirichlet distribution", eq. 55) towards the
  /// parameters under which the counts [worker][given][true] of `members` are likeliest. One more member stands for
  /// what the type was at the start: K labels, spread over the classes as they are common and answered as the first
  /// alpha has it. So a type that few labels speak of keeps to the names of the classes.
  void improve(std::span<const float> counts, std::span<const std::uint32_t> members);

 private:
  void remember();

  Matrix<double> alpha_;   // [true][given], all > 0
  Matrix<double> anchor_;  // the labels of the member who stands for the start, [true][given]
  std::vector<double> strength_;
  Matrix<double> log_gamma_alpha_;
  std::vector<double> log_gamma_strength_;
};

/// What the crowd as a whole says of a worker before he has labelled anything: he is of one of up to five types. Types
/// let rows speak for each other: who is random on common classes is likely to be so on rare ones.
class Population {
 public:
  /// A start from soft counts: workers in bands of accuracy.
  explicit Population(const Confusions& counts);

  [[nodiscard]] const std::vector<WorkerType>& types() const { return types_; }

  /// Fills `probability` (one a type) with Pr(type | the worker's counts [given][true]).
  void type_probabilities(std::span<const float> counts, std::span<double> probability) const;

  /// Moves types and shares towards the workers assigned to them. Looks at every `improve_stride`-th, at 2,000 at most.
  void improve(std::span<const float> counts, std::span<const std::uint8_t> type_of);
  [[nodiscard]] static std::size_t improve_stride(std::size_t worker_count);

 private:
  std::vector<WorkerType> types_;
  std::vector<double> shares_;
};

}  // namespace assay::quality
