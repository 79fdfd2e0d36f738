#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/label_store.h"

/// Agreement statistics: how much labels agree beyond chance, without any model of the truth. docs/agreement.md.
namespace assay::quality {

/// What the classes are to Krippendorff's alpha: how far two of them are apart.
enum class Scale {
  nominal,   ///< equal or not
  ordinal,   ///< ordered: by the number of labels between them
  interval,  ///< numbers: (a - b)^2
  ratio,     ///< numbers with a zero: ((a - b) / (a + b))^2
};
/// "nominal", "ordinal", "interval" or "ratio"; throws Error{bad_input} for anything else.
[[nodiscard]] Scale parse_scale(std::string_view text);
[[nodiscard]] std::string_view name(Scale scale);

struct AgreementOptions {
  Scale scale = Scale::nominal;
  std::vector<double> values;  ///< the number of each class, for interval and ratio
  double interval = 0.95;      ///< level of the bootstrap interval
  std::uint64_t bootstrap_count = 1000;
  std::uint64_t seed = 1;
};

/// Krippendorff's alpha: 1 - observed / expected disagreement over pairs of labels on the same item (Krippendorff
/// 2011). 1 is perfect, 0 is chance; NaN when there is no item with two labels; 1 when only one class was ever used.
struct Alpha {
  double value = 0;
  double low = 0, high = 0;       ///< items (in up to 1,000 groups) drawn again with replacement
  std::uint64_t item_count = 0;   ///< items with two labels or more
  std::uint64_t label_count = 0;  ///< labels on them
};
/// O(labels + items x distinct labels^2 + bootstrap_count x (groups K + K^2)). The distances of the ordinal scale are
/// those of the whole data in every draw.
[[nodiscard]] Alpha krippendorff_alpha(const LabelStore& labels, const AgreementOptions& options);

/// Fleiss' kappa, with items of different label counts allowed (each item with two labels or more counts alike):
/// (P - E) / (1 - E), P = mean share of agreeing pairs, E = sum of squared class shares. NaN without such items, or
/// when only one class was used.
[[nodiscard]] double fleiss_kappa(const LabelStore& labels);

/// Agreement of one worker with others.
struct WorkerAgreement {
  std::uint64_t compared_count = 0;  ///< his labels on items that others labelled too
  double majority_share = 0;  ///< of these, share that agrees with the majority of the others; a tie of n counts 1/n
  std::uint64_t partner_count = 0;  ///< workers with whom he has a kappa
  double mean_kappa = 0;            ///< Cohen's kappa with them, weighted by common items; NaN without any
};

/// The upper end of Wilson's 95 % interval of a share seen in `count` trials; 1 without any (Wilson 1927).
[[nodiscard]] double wilson_high(double share, std::uint64_t count);

struct PairwiseAgreement {
  double mean_kappa = 0;  ///< over pairs, weighted by common items; NaN without pairs
  std::uint64_t pair_count = 0;
  std::vector<WorkerAgreement> workers;
};
/// Cohen's kappa of every pair of workers with at least `least_common` common items: (P - E) / (1 - E), E from the two
/// workers' label shares on their common items; pairs with E = 1 are left out. O(labels x labels per item), each label
/// compared with 200 others at most.
[[nodiscard]] PairwiseAgreement pairwise_agreement(const LabelStore& labels, std::uint64_t least_common,
                                                   ThreadPool& threads);

}  // namespace assay::quality
