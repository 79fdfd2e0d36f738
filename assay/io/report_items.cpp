#include <algorithm>
#include <cmath>

#include "assay/io/report_parts.h"
#include "assay/io/text_list.h"
#include "assay/quality/expected_cost.h"

namespace assay::io::report {
namespace {

constexpr std::size_t kNameCharacters = 200;
constexpr std::size_t kMostClasses = 8;  // classes of an item's posterior that are shown
constexpr double kLeastProbability = 0.0005;
constexpr std::size_t kBinCount = 20;

Json class_or_null(const GoldLabels& labels, ItemIndex item) {
  if (item >= labels.size() || labels[item] == kNoClass) return nullptr;
  return labels[item];
}

// [[class, probability], ...], the likeliest first.
Json posterior(std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < p.size(); ++c) {
    if (p[c] >= kLeastProbability) order.push_back(c);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  order.resize(std::min(order.size(), kMostClasses));
  Json out = Json::array();
  for (const std::size_t c : order) out.push_back({c, rounded(p[c], 6)});
  return out;
}

// [[worker, class], ...] in input order.
Json votes(const ReportRequest& request, const Shown& shown, ItemIndex item) {
  const LabelStore& labels = request.table.labels;
  Json out = Json::array();
  for (const std::uint32_t row : labels.rows(item)) {
    if (out.size() == request.limits.vote_count) break;
    out.push_back({shown.names[labels.worker_of(row)], labels.label_of(row)});
  }
  return out;
}

}  // namespace

Json items(const ReportRequest& request, const Shown& shown) {
  Json out = Json::object();
  for (const char* name : {"item", "label", "most_likely_label", "posterior", "expected_cost", "minimum_cost",
                           "entropy", "label_count", "truth", "votes"}) {
    out[name] = Json::array();
  }
  for (const ItemIndex o : shown.items) {
    const engine::ItemEstimate& item = request.result.items[o];
    out["item"].push_back(io::shown(request.table.items.name(o), kNameCharacters));
    out["label"].push_back(item.label);
    out["most_likely_label"].push_back(item.most_likely_label);
    out["posterior"].push_back(posterior(request.result.estimate.posterior.row(o)));
    out["expected_cost"].push_back(item.expected_cost);
    out["minimum_cost"].push_back(item.minimum_cost);
    out["entropy"].push_back(item.entropy);
    out["label_count"].push_back(item.label_count);
    const Json truth = class_or_null(request.truth, o);
    out["truth"].push_back(truth.is_null() ? class_or_null(request.gold, o) : truth);
    if (out["votes"].size() < request.limits.vote_item_count) out["votes"].push_back(votes(request, shown, o));
  }
  return out;
}

Json item_cost(const ReportRequest& request) {
  double most = 0;
  for (const auto& item : request.result.items) most = std::max(most, item.minimum_cost);
  const std::size_t k = request.table.classes.size();
  const bool zero_one = request.result.costs.is_zero_one();
  const double end = zero_one ? 1.0 - 1.0 / static_cast<double>(k) : most;
  const double width = (end > 0 ? end : 1.0) / static_cast<double>(kBinCount);
  std::vector<double> low(kBinCount);
  std::vector<double> high(kBinCount);
  std::vector<std::uint64_t> item_count(kBinCount, 0);
  for (std::size_t bin = 0; bin < kBinCount; ++bin) {
    low[bin] = width * static_cast<double>(bin);
    high[bin] = width * static_cast<double>(bin + 1);
  }
  for (const auto& item : request.result.items) {
    const auto bin = static_cast<std::size_t>(std::max(0.0, item.minimum_cost) / width);
    ++item_count[std::min(bin, kBinCount - 1)];
  }
  return {{"low", low}, {"high", high}, {"item_count", item_count}};
}

Json doubtful(const ReportRequest& request) {
  const double from = quality::doubtful_cost(request.result.costs);
  const auto& items = request.result.items;
  const auto count = std::count_if(items.begin(), items.end(), [&](const auto& o) { return o.minimum_cost >= from; });
  return {{"minimum_cost", rounded(from, 6)}, {"item_count", count}};
}

}  // namespace assay::io::report
