// The body of a LiveEstimator's snapshot. Counts are not in it: they follow from labels and posteriors, exactly.
#include <cmath>

#include "assay/base/error.h"
#include "assay/live/live_estimator.h"

namespace assay::live {
namespace {

constexpr double kMostItems = 1e10;

void write_options(const LiveOptions& options, SnapshotWriter& out) {
  out.text(options.model);
  out.u32(static_cast<std::uint32_t>(options.model_options.size()));
  for (const auto& [name, value] : options.model_options) {
    out.text(name);
    out.text(value);
  }
  out.u8(options.prior.empty() ? 0 : 1);
  for (const double p : options.prior) out.f64(p);
  out.f64(options.lean_labels);
  out.u64(options.max_items);
  out.u64(options.max_cells);
}

LiveOptions read_options(SnapshotReader& in, std::size_t class_count) {
  LiveOptions options;
  options.model = in.text();
  const auto count = in.u32();
  in.expect_left(count, 2 * sizeof(std::uint32_t), "the model's options");
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string name(in.text());
    options.model_options.emplace_back(std::move(name), in.text());
  }
  if (in.integer<std::uint8_t>(0, 1, "whether the prior is fixed") != 0) {
    in.expect_left(class_count, sizeof(double), "the prior");
    for (std::size_t t = 0; t < class_count; ++t) options.prior.push_back(in.f64(0, 1, "a prior"));
  }
  options.lean_labels = in.f64(1e-300, 1e9, "lean_labels");
  options.max_items = in.u64();
  options.max_cells = in.u64();
  return options;
}

void read_posterior(SnapshotReader& in, std::span<double> p) {
  double sum = 0;
  for (double& v : p) sum += v = in.f64(0, 1, "a posterior");
  if (!(std::abs(sum - 1) < 1e-6)) in.fail("found a posterior with sum " + std::to_string(sum) + ", allowed is 1");
}

}  // namespace

void LiveEstimator::write(SnapshotWriter& out) const {
  out.u32(static_cast<std::uint32_t>(class_count_));
  write_options(options_, out);
  rates_.write(out);
  out.u8(prior_awake_ ? 1 : 0);
  for (const double p : prior_base_) out.f64(p);
  out.u32(static_cast<std::uint32_t>(item_count()));
  for (ItemIndex item = 0; item < item_count(); ++item) {
    out.u16(gold_[item]);
    const auto rows = lists_.rows(item);
    out.u32(static_cast<std::uint32_t>(rows.size()));
    for (const auto row : rows) out.u32(row);
    for (const double p : stored(item)) out.f64(p);
  }
  out.u64(changes_);
  out.u32(static_cast<std::uint32_t>(next_refresh_));
}

LiveEstimator LiveEstimator::read(SnapshotReader& in) {
  const auto class_count = in.integer<std::uint32_t>(1, kNoClass - 1, "the number of classes");
  auto options = read_options(in, class_count);
  // Its error rates follow, so memory for a hostile number of classes is never taken.
  in.expect_left(std::uint64_t{class_count} * class_count, sizeof(double), "the crowd's error rates");
  LiveEstimator out(class_count, std::move(options));
  out.rates_ = WorkerRates::read(in, class_count, out.options_.lean_labels);
  out.prior_awake_ = in.integer<std::uint8_t>(0, out.prior_is_fixed() ? 0 : 1, "the prior's state") != 0;
  for (double& p : out.prior_base_) p = in.f64(0, kMostItems, "a prior");
  const auto items = in.u32();
  in.expect_left(items, sizeof(std::uint16_t) + sizeof(std::uint32_t) + class_count * sizeof(double), "items");
  const std::uint64_t row_count = out.worker_count() * std::uint64_t{class_count};
  out.grow(items, out.worker_count());
  for (ItemIndex item = 0; item < items; ++item) out.read_item(in, item, row_count);
  out.changes_ = in.u64();
  out.next_refresh_ = in.integer<std::uint32_t>(0, items, "the next item to refresh");
  out.count_anew();
  return out;
}

void LiveEstimator::read_item(SnapshotReader& in, ItemIndex item, std::uint64_t row_count) {
  gold_[item] = in.u16();
  if (has_gold(item)) {
    if (gold_[item] >= class_count_) in.fail("found class " + std::to_string(gold_[item]) + " as gold");
    ++gold_count_;
  }
  const auto labels = in.u32();
  in.expect_left(labels, sizeof(std::uint32_t), "labels");
  std::uint64_t least = 0;
  for (std::uint32_t i = 0; i < labels; ++i) {
    if (least >= row_count) in.fail("found more labels than workers");
    const auto row = in.integer<std::uint32_t>(least, row_count - 1, "a label");
    lists_.insert(item, i, row);
    least = (worker_of(row) + std::uint64_t{1}) * class_count_;
  }
  label_count_ += labels;
  read_posterior(in, stored(item));
}

std::string LiveEstimator::snapshot() const {
  SnapshotWriter out;
  write(out);
  return out.finish();
}

LiveEstimator LiveEstimator::restore(std::string_view bytes) {
  SnapshotReader in(bytes);
  auto out = read(in);
  in.expect_end();
  return out;
}

}  // namespace assay::live
