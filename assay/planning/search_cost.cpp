#include "assay/planning/search_cost.h"

#include "assay/base/error.h"

namespace assay::planning {

const OptionTable<SearchOptions>& search_option_table() {
  using Options = SearchOptions;
  static const auto table = [] {
    OptionTable<Options> t;
    t.number("search_price", &Options::search_price, 0, 1e6, "", "with --guided: of an example that a worker finds");
    t.integer("judging_labels", &Options::judging_labels, 1, 1000, "labels",
              "with --guided: what decides the class of an item");
    t.number("duplicate_share", &Options::duplicate_share, 0, 1, "",
             "with --guided: of the found examples, those found before; they are paid for but not verified");
    t.integer("verifying_labels", &Options::verifying_labels, 0, 1000, "labels",
              "with --guided: what decides whether a found example is of the class");
    t.number("valid_share", &Options::valid_share, 0, 1, "",
             "with --guided: of the verified examples, those of the class");
    t.number("base_rate", &Options::base_rate, 0, 1, "", "with --guided: share of the class among items");
    return t;
  }();
  return table;
}

SearchCost search_cost(const SearchOptions& options) {
  if (options.base_rate <= 0) {
    throw bad_input("found 0, allowed is more: no number of labels finds an example of a class that has none",
                    "--base-rate");
  }
  if (options.duplicate_share >= 1) {
    throw bad_input("found 1, allowed is less: a search that finds only duplicates finds nothing", "--duplicate-share");
  }
  if (options.valid_share <= 0) {
    throw bad_input("found 0, allowed is more: a search that finds only wrong examples finds nothing", "--valid-share");
  }
  const double distinct = 1 - options.duplicate_share;
  const double verifying = options.search_label_price * static_cast<double>(options.verifying_labels);
  const double judging =
      options.unlabelled_price + options.search_label_price * static_cast<double>(options.judging_labels);
  SearchCost out;
  out.by_labelling = judging / options.base_rate;
  out.by_searching = (options.search_price + distinct * verifying) / (distinct * options.valid_share);
  out.crossing_base_rate = out.by_searching > 0 ? judging / out.by_searching : 1e300;
  out.crossing_search_price = distinct * (options.valid_share * out.by_labelling - verifying);
  return out;
}

}  // namespace assay::planning
