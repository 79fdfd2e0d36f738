#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/base/threads.h"
#include "assay/core/estimate.h"
#include "assay/core/label_store.h"
#include "assay/quality/others.h"
#include "assay/quality/worker_labels.h"

/// Tests of one worker against an innocent explanation. Each judges him by what the others say of his items (others.h),
/// so that his own labels don't speak for him; labels that nobody else can speak of count for nothing.
namespace assay::quality {

/// What the others' testimony says of one worker. `spammer` and `biased` are logarithms of likelihood ratios, charge
/// against innocence; a ratio above x has probability at most 1 / x for an innocent worker, so that of n workers
/// anybody is wrongly charged with probability at most p when the logarithm must exceed log(n / p).
struct Testimony {
  double blindness_p_value = 1;    ///< of "his labels do not depend on the truth"
  double adversarial_p_value = 1;  ///< of "he agrees with the others at least as often as by chance"
  double spammer = 0, biased = 0;
};

/// The testimony on each of `workers`. p is what the others say of an item (by_rates_and_vote), g his label, q(l) his
/// share of the label l, all products over his witnessed labels that are heard (Heard).
///   blindness    likelihood-ratio test of independence on his table of (truth by the others' rates) x (label),
///                (rows - 1)(columns - 1) degrees of freedom over rows and columns in use; 1 with one row or column
///   spammer      against a worker of quality 0.2, who looks at the share a = sqrt(0.2) of his items and guesses the
///                rest: mean over b in {0, 0.15, 0.3} of prod ((1 - b) q(g) + b p(g)) / ((1 - a) q(g) + a p(g))
///   adversarial  Pr(X <= number of labels that are the others' likeliest class), X binomial with the chance mean over
///                his labels of q(likeliest class); unequal chances only make the tail thinner (Hoeffding 1956)
///   biased       for two classes t and g of which he says the second as often as the first when the first is true (the
///                innocent say it less often), and r = 0.9 the chance that he is right when the second is true:
///                  R(t, g) = prod over his labels t and g of (b p(t) + r p(g) + rest / 2) / (p(t) / 2 + r p(g) + rest
///                  / 2)
///                            where he says g, with 1 - b and 1 - r in their places where he says t; rest = 1 - p(t) -
///                            p(g)
///                mean over b in {0.65, 0.8, 0.95} of prod over t of (1 + mean over g of R(t, g)) / 2
/// Two passes over the labels for every 32 MB of tables, 4 K^2 numbers a worker; O(K) a label, O(K) more of his.
[[nodiscard]] std::vector<Testimony> hear_others(const Evidence& evidence, std::span<const std::uint32_t> workers,
                                                 ThreadPool& threads);

/// For each worker the p-value of "he does not get worse with time", one-sided: the slope over time of his agreement
/// with the others, less the agreement expected of him on that item, against its permutation variance (normal
/// approximation). From the labels that are heard (Heard); 1 under 20 witnessed labels; empty without times. Two passes
/// over the labels, O(labels K^2).
[[nodiscard]] std::vector<double> decline_p_values(const Evidence& evidence, ThreadPool& threads);

/// Two workers whose common labels speak for copying.
struct CopyingPair {
  std::uint32_t first = 0, second = 0;
  double log_evidence = 0;  ///< log of the likelihood ratio
};

/// The pairs for which copying explains the common labels better than chance allows. For two workers a and b on an item
///   Pr(b says g | a said h) = (1 - r) C_b(g) + r [g = h],   C_b(g) = sum_t p(t) C[b][t][g],
/// where p is what all labels but b's say of the item; the evidence is the likelihood ratio of r = r0 + 1/2 against r0,
/// where r0 is the copying that fits the whole crowd best (hard items make everybody err alike; that is no crime).
/// Under r0 a ratio above x has probability at most 1 / x, so that a pair is found when log_evidence > log(pairs /
/// level). O(labels x labels per item), kept to some 20 M comparisons by looking at the next few labels only on crowded
/// items.
[[nodiscard]] std::vector<CopyingPair> find_copying(const LabelStore& labels, const Estimate& estimate,
                                                    const WorkerLabels& index, double level, ThreadPool& threads);

}  // namespace assay::quality
