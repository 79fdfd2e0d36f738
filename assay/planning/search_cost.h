#pragma once

#include <cstdint>

#include "assay/base/options.h"

namespace assay::planning {

/// What it takes to get examples of a rare class by either way.
struct SearchOptions {
  double search_price = 0.25;          ///< paid for each example that a worker finds
  double search_label_price = 0.05;    ///< of one label
  double unlabelled_price = 0;         ///< of one more item before anybody labels it
  std::uint64_t judging_labels = 1;    ///< labels that decide what an item is
  double duplicate_share = 0;          ///< of found examples that somebody found before; not verified
  std::uint64_t verifying_labels = 1;  ///< labels that decide whether a found example is one
  double valid_share = 1;              ///< of verified examples that are of the class
  double base_rate = 0.01;             ///< share of the class among items
};
[[nodiscard]] const OptionTable<SearchOptions>& search_option_table();

/// The price of one distinct example that is of the class, and where both ways cost the same.
struct SearchCost {
  double by_labelling = 0;        ///< (item + judging labels x label) / base rate
  double by_searching = 0;        ///< (search + (1 - duplicates) verifying labels x label) / ((1 - duplicates) valid)
  double crossing_base_rate = 0;  ///< below it searching is cheaper; above 1: always; at most 0: never
  double crossing_search_price = 0;  ///< below it searching is cheaper; negative: never
};

/// Attenberg and Provost, KDD 2010: under skew the problem is to find examples at all. Throws Error{bad_input} when no
/// example can be found: base rate 0, all found examples duplicates or not valid.
[[nodiscard]] SearchCost search_cost(const SearchOptions& options);

}  // namespace assay::planning
