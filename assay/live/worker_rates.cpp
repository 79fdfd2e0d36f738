#include "assay/live/worker_rates.h"

#include <algorithm>

namespace assay::live {

void fill_first_rows(std::size_t class_count, std::span<double> out) {
  const auto k = static_cast<double>(class_count);
  const double right = (1 + 1 / k) / 2;
  const double wrong = class_count > 1 ? (1 - right) / (k - 1) : 0;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i / class_count == i % class_count ? right : wrong;
}

WorkerRates::WorkerRates(std::size_t class_count, double lean_labels)
    : class_count_(class_count), lean_labels_(lean_labels), crowd_(class_count * class_count) {
  fill_first_rows(class_count, crowd_);
}

void WorkerRates::grow(std::size_t worker_count) {
  const std::size_t before = awake_.size();
  counts_.resize(worker_count * crowd_.size());
  totals_.resize(worker_count * class_count_);
  base_.resize(worker_count * crowd_.size());
  lean_totals_.resize(worker_count * class_count_);
  awake_.resize(worker_count);
  for (std::size_t w = before; w < worker_count; ++w) {
    std::copy(crowd_.begin(), crowd_.end(), base_.begin() + static_cast<std::ptrdiff_t>(w * crowd_.size()));
  }
}

void WorkerRates::settle(const Confusions& confusion) {
  std::copy(confusion.values().begin(), confusion.values().end(), base_.begin());
  std::fill(counts_.begin(), counts_.end(), 0);
  std::fill(totals_.begin(), totals_.end(), 0);
  std::fill(awake_.begin(), awake_.end(), std::uint8_t{0});
}

void WorkerRates::learn_crowd() {
  const std::size_t k = class_count_;
  std::vector<Units> pooled(k * k);
  for (std::size_t i = 0; i < counts_.size(); ++i) pooled[i % pooled.size()] += counts_[i];
  fill_first_rows(k, crowd_);
  for (std::size_t t = 0; t < k; ++t) {
    double total = 1;
    for (std::size_t g = 0; g < k; ++g) total += static_cast<double>(pooled[g * k + t]) * kLabelsPerUnit;
    for (std::size_t g = 0; g < k; ++g) {
      crowd_[g * k + t] = (crowd_[g * k + t] + static_cast<double>(pooled[g * k + t]) * kLabelsPerUnit) / total;
    }
  }
}

void WorkerRates::wake(std::size_t worker) {
  if (awake_[worker] != 0) return;
  awake_[worker] = 1;
  const std::size_t k = class_count_;
  const Units* n = counts_.data() + worker * k * k;
  const Units* totals = totals_.data() + worker * k;
  double* base = base_.data() + worker * k * k;
  for (std::size_t i = 0; i < k * k; ++i) {
    const double all = static_cast<double>(totals[i % k]) * kLabelsPerUnit + lean_labels_;
    base[i] = std::max(all * base[i] - static_cast<double>(n[i]) * kLabelsPerUnit, 0.0);
  }
  sum_lean(worker);
}

void WorkerRates::sum_lean(std::size_t worker) {
  const std::size_t k = class_count_;
  const double* base = base_.data() + worker * k * k;
  double* sums = lean_totals_.data() + worker * k;
  std::fill_n(sums, k, 0.0);
  for (std::size_t i = 0; i < k * k; ++i) sums[i % k] += base[i];
}

void WorkerRates::confusion(std::size_t worker, std::span<double> out) const {
  const std::size_t k = class_count_;
  const double* base = base_.data() + worker * k * k;
  if (awake_[worker] == 0) {
    std::copy_n(base, k * k, out.begin());
    return;
  }
  for (std::size_t i = 0; i < k * k; ++i) {
    const double all =
        static_cast<double>(totals_[worker * k + i % k]) * kLabelsPerUnit + lean_totals_[worker * k + i % k];
    out[i] = (static_cast<double>(counts_[worker * k * k + i]) * kLabelsPerUnit + base[i]) / all;
  }
}

void WorkerRates::counts(std::size_t worker, std::span<double> out) const {
  const std::size_t size = class_count_ * class_count_;
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<double>(counts_[worker * size + i]) * kLabelsPerUnit;
}

std::uint64_t WorkerRates::label_count(std::size_t worker) const {
  Units sum = 0;
  for (std::size_t t = 0; t < class_count_; ++t) sum += totals_[worker * class_count_ + t];
  return static_cast<std::uint64_t>(sum / kUnitsPerLabel);
}

void WorkerRates::write(SnapshotWriter& out) const {
  for (const double rate : crowd_) out.f64(rate);
  out.u32(static_cast<std::uint32_t>(worker_count()));
  for (const auto awake : awake_) out.u8(awake);
  for (const double base : base_) out.f64(base);
}

WorkerRates WorkerRates::read(SnapshotReader& in, std::size_t class_count, double lean_labels) {
  // A lean can be as large as the labels it came from.
  constexpr double kMostLabels = 1e10;
  in.expect_left(class_count * class_count, sizeof(double), "the crowd's error rates");
  WorkerRates out(class_count, lean_labels);
  for (double& rate : out.crowd_) rate = in.f64(0, 1, "an error rate of the crowd");
  const std::size_t workers = in.u32();
  in.expect_left(workers, 1 + out.crowd_.size() * sizeof(double), "workers");
  out.grow(workers);
  for (auto& awake : out.awake_) awake = static_cast<std::uint8_t>(in.integer<std::uint8_t>(0, 1, "a worker's state"));
  for (double& base : out.base_) base = in.f64(0, kMostLabels, "an error rate");
  for (std::size_t w = 0; w < workers; ++w) {
    if (out.awake_[w] != 0) out.sum_lean(w);
  }
  return out;
}

}  // namespace assay::live
