#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "assay/io/report_parts.h"
#include "assay/io/text_list.h"

namespace assay::io::report {
namespace {

constexpr std::size_t kNameCharacters = 100;
constexpr std::size_t kClassCharacters = 40;

std::vector<WorkerIndex> by_rank(const quality::WorkerAssessment& assessment) {
  std::vector<WorkerIndex> ranked(assessment.workers.size());
  std::iota(ranked.begin(), ranked.end(), WorkerIndex{0});
  std::sort(ranked.begin(), ranked.end(),
            [&](WorkerIndex a, WorkerIndex b) { return assessment.workers[a].rank < assessment.workers[b].rank; });
  return ranked;
}

// The best and the worst two fifths each, and between them the flagged workers with most labels.
std::vector<WorkerIndex> worker_rows(const quality::WorkerAssessment& assessment,
                                     const std::vector<WorkerIndex>& ranked, std::size_t limit) {
  if (ranked.size() <= limit) return ranked;
  const std::size_t end = limit * 2 / 5;
  std::vector<WorkerIndex> flagged;
  for (std::size_t at = end; at < ranked.size() - end; ++at) {
    if (assessment.workers[ranked[at]].flags.any()) flagged.push_back(ranked[at]);
  }
  const auto kept = std::min(flagged.size(), limit - 2 * end);
  const auto more_labels = [&](WorkerIndex a, WorkerIndex b) {
    const auto& x = assessment.workers[a];
    const auto& y = assessment.workers[b];
    return x.label_count != y.label_count ? x.label_count > y.label_count : x.rank < y.rank;
  };
  const auto middle = flagged.begin() + static_cast<std::ptrdiff_t>(kept);
  std::partial_sort(flagged.begin(), middle, flagged.end(), more_labels);
  std::vector<WorkerIndex> rows(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(end));
  rows.insert(rows.end(), flagged.begin(), middle);
  rows.insert(rows.end(), ranked.end() - static_cast<std::ptrdiff_t>(end), ranked.end());
  std::sort(rows.begin(), rows.end(),
            [&](WorkerIndex a, WorkerIndex b) { return assessment.workers[a].rank < assessment.workers[b].rank; });
  return rows;
}

// All of `size` positions, or the first and the last ones.
std::vector<std::size_t> both_ends(std::size_t size, std::size_t limit) {
  const std::size_t kept = std::min(size, limit);
  const std::size_t first = (kept + 1) / 2;
  std::vector<std::size_t> out(kept);
  for (std::size_t at = 0; at < kept; ++at) out[at] = at < first ? at : size - (kept - at);
  return out;
}

std::vector<ItemIndex> most_doubtful(const std::vector<engine::ItemEstimate>& items, std::size_t limit) {
  std::vector<ItemIndex> order(items.size());
  std::iota(order.begin(), order.end(), ItemIndex{0});
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(limit, order.size()));
  std::partial_sort(order.begin(), end, order.end(), [&](ItemIndex a, ItemIndex b) {
    if (items[a].minimum_cost != items[b].minimum_cost) return items[a].minimum_cost > items[b].minimum_cost;
    if (items[a].entropy != items[b].entropy) return items[a].entropy > items[b].entropy;
    return a < b;
  });
  order.erase(end, order.end());
  return order;
}

std::vector<ClassIndex> most_common(const std::vector<double>& prior, std::size_t limit) {
  std::vector<ClassIndex> order(prior.size());
  std::iota(order.begin(), order.end(), ClassIndex{0});
  if (order.size() <= limit) return order;
  std::stable_sort(order.begin(), order.end(), [&](ClassIndex a, ClassIndex b) { return prior[a] > prior[b]; });
  order.resize(limit);
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<std::string> worker_names(const ReportRequest& request) {
  if (request.pseudonyms) return pseudonyms(request.result.workers);
  std::vector<std::string> names(request.table.workers.size());
  for (std::size_t w = 0; w < names.size(); ++w) {
    names[w] = io::shown(request.table.workers.name(static_cast<WorkerIndex>(w)), kNameCharacters);
  }
  return names;
}

}  // namespace

std::vector<std::string> class_names(const ReportRequest& request) {
  std::vector<std::string> out;
  std::unordered_set<std::string> taken;
  for (const auto& name : request.table.classes.names()) {
    const std::string short_name = io::shown(name, kClassCharacters);
    std::string unique = short_name;
    for (int n = 2; !taken.insert(unique).second; ++n) unique = short_name + " (" + std::to_string(n) + ")";
    out.push_back(unique);
  }
  return out;
}

Shown choose(const ReportRequest& request) {
  Shown shown;
  shown.ranked = by_rank(request.result.workers);
  shown.workers = worker_rows(request.result.workers, shown.ranked, request.limits.worker_count);
  shown.matrix_classes = most_common(request.result.estimate.prior, request.limits.class_count);
  const std::size_t cells = std::max<std::size_t>(1, shown.matrix_classes.size() * shown.matrix_classes.size());
  shown.with_matrix = both_ends(shown.workers.size(), request.limits.confusion_cell_count / cells);
  shown.items = most_doubtful(request.result.items, request.limits.item_count);
  shown.names = worker_names(request);
  return shown;
}

}  // namespace assay::io::report

namespace assay::io {

std::vector<std::string> pseudonyms(const quality::WorkerAssessment& workers) {
  const std::size_t digits = std::to_string(workers.workers.size()).size();
  std::vector<std::string> names;
  names.reserve(workers.workers.size());
  for (const auto& worker : workers.workers) {
    const std::string rank = std::to_string(worker.rank);
    names.push_back("worker " + std::string(digits - std::min(digits, rank.size()), '0') + rank);
  }
  return names;
}

}  // namespace assay::io
