#include "assay/learn/targets.h"

#include <algorithm>

#include "assay/base/options.h"

namespace assay::learn {
namespace {

void add_shares(const LabelStore& labels, ItemIndex item, std::span<double> to) {
  const auto rows = labels.rows(item);
  const auto weights = labels.weights();
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[labels.offset(item) + i];
    to[labels.label_of(rows[i])] += weight;
    sum += weight;
  }
  for (double& share : to) share /= sum;
}

}  // namespace

const std::vector<std::string>& target_kind_names() {
  static const std::vector<std::string> names = {"hard", "soft", "share"};
  return names;
}

TargetKind parse_target_kind(const std::string& name) {
  const auto& names = target_kind_names();
  const auto& found = option_parsing::choice("train_on", name, names);
  return static_cast<TargetKind>(std::find(names.begin(), names.end(), found) - names.begin());
}

Targets make_targets(TargetKind kind, const LabelStore& labels, const Matrix<double>& posterior) {
  Targets out(posterior.rows(), posterior.columns());
  for (ItemIndex o = 0; o < out.rows(); ++o) {
    if (labels.rows(o).empty()) continue;
    const auto p = posterior.row(o);
    if (kind == TargetKind::hard) {
      out(o, largest(p)) = 1;
    } else if (kind == TargetKind::soft) {
      std::copy(p.begin(), p.end(), out.row(o).begin());
    } else {
      add_shares(labels, o, out.row(o));
    }
  }
  return out;
}

Matrix<double> take_rows(const Matrix<double>& from, std::span<const std::uint32_t> rows) {
  Matrix<double> out(rows.size(), from.columns());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = from.row(rows[i]);
    std::copy(row.begin(), row.end(), out.row(i).begin());
  }
  return out;
}

ClassIndex largest(std::span<const double> p) {
  return static_cast<ClassIndex>(std::max_element(p.begin(), p.end()) - p.begin());
}

}  // namespace assay::learn
