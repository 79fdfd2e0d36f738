#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/confusions.h"

namespace assay::quality {

/// A number with its credible interval; NaN where it is not defined.
struct Measured {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// What the numbers say of a worker in words; several may hold. The order is that of the bits and of the output.
enum class Flag : std::uint8_t {
  spammer = 1,       ///< his answers do not depend on the truth
  biased = 2,        ///< high error, high quality: consistently off, and reversible
  adversarial = 4,   ///< accuracy below chance
  colluding = 8,     ///< copies another's errors more than chance allows
  drifting = 16,     ///< his error rates change over time
};

/// The flags of one worker.
class Flags {
 public:
  void set(Flag flag) { bits_ = static_cast<std::uint8_t>(bits_ | static_cast<std::uint8_t>(flag)); }
  [[nodiscard]] bool has(Flag flag) const { return (bits_ & static_cast<std::uint8_t>(flag)) != 0; }
  [[nodiscard]] bool any() const { return bits_ != 0; }

 private:
  std::uint8_t bits_ = 0;
};

/// One row of `workers`.
struct WorkerQuality {
  std::uint32_t rank = 0;           ///< 1 is best
  std::uint64_t label_count = 0;
  std::uint64_t gold_count = 0;     ///< labels on gold items
  Measured quality_expected;        ///< 1 - expected cost / that of a spammer who draws from the prior, in [0, 1]
  Measured quality_minimum;         ///< 1 - minimum cost / that of the best constant answer, in [0, 1]
  double expected_cost = 0;
  double minimum_cost = 0;
  Measured accuracy;                ///< sum over t of prior(t) C(t, t)
  Flags flags;
};

/// All that is said of the workers. W workers, K classes.
struct WorkerAssessment {
  std::vector<WorkerQuality> workers;  ///< W rows, in table order
  Confusions confusion;                ///< error rates with the population's prior behind thin rows; rows sum to 1
  Confusions low;                      ///< credible bounds of each cell
  Confusions high;
  std::vector<std::string> notes;      ///< why a field is empty, one sentence each
};

/// The data set's quality, in both conventions, and its accuracy.
struct DataQuality {
  double quality_expected = 0;  ///< 1 - mean expected cost / spammer's expected cost
  double quality_minimum = 0;   ///< 1 - mean minimum cost / spammer's minimum cost
  double expected_cost = 0;     ///< mean over items
  double minimum_cost = 0;
  double accuracy = 0;          ///< mean probability of the decided label
};

}  // namespace assay::quality
