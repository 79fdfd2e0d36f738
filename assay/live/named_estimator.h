#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/class_set.h"
#include "assay/core/name_table.h"
#include "assay/live/live_estimator.h"

namespace assay::live {

/// A LiveEstimator whose items, workers and classes have names. Items and workers are numbered in order of their first
/// mention, so the canonical order of a settling is that of a file with the same rows. The classes are given
/// beforehand: any other is an Error{bad_input} that names the nearest.
class NamedEstimator {
 public:
  explicit NamedEstimator(ClassSet classes, LiveOptions options = {});

  /// As LiveEstimator's; a name not met before is a new item or worker. Returns the label that this one replaces.
  std::optional<ClassIndex> observe(std::string_view worker, std::string_view item, std::string_view label);
  std::optional<ClassIndex> forget(std::string_view worker, std::string_view item);
  void add_gold(std::string_view item, std::string_view gold);
  std::optional<ClassIndex> drop_gold(std::string_view item);
  void refresh(std::size_t count) { estimator_.refresh(count); }
  Estimate settle(const models::Context& context) { return estimator_.settle(context); }

  /// Posterior of the item; the prior for one that was never mentioned.
  [[nodiscard]] std::vector<double> posterior(std::string_view item) const;
  /// Throws Error{bad_input} for a worker who was never mentioned.
  [[nodiscard]] LiveQuality quality(std::string_view worker, const CostMatrix& costs) const;

  [[nodiscard]] const LiveEstimator& estimator() const { return estimator_; }
  [[nodiscard]] const NameTable& items() const { return items_; }
  [[nodiscard]] const NameTable& workers() const { return workers_; }
  [[nodiscard]] const ClassSet& classes() const { return classes_; }

  [[nodiscard]] std::string snapshot() const;
  /// Throws Error{bad_input} for bytes that are no whole snapshot of a NamedEstimator.
  [[nodiscard]] static NamedEstimator restore(std::string_view bytes);

 private:
  NamedEstimator(ClassSet classes, NameTable items, NameTable workers, LiveEstimator estimator);
  [[nodiscard]] ClassIndex class_of(std::string_view label) const;

  ClassSet classes_;
  NameTable items_;
  NameTable workers_;
  LiveEstimator estimator_;
};

}  // namespace assay::live
