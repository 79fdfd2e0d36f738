#include "assay/live/named_estimator.h"

#include <utility>

#include "assay/base/error.h"
#include "assay/base/text.h"

namespace assay::live {
namespace {

void write_names(const NameTable& names, SnapshotWriter& out) {
  out.u32(static_cast<std::uint32_t>(names.size()));
  for (NameTable::Index i = 0; i < names.size(); ++i) out.text(names.name(i));
}

std::vector<std::string> read_names(SnapshotReader& in, std::string_view what) {
  const auto count = in.u32();
  in.expect_left(count, sizeof(std::uint32_t), what);
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) names.emplace_back(in.text());
  return names;
}

NameTable read_table(SnapshotReader& in, std::string_view what, std::size_t count) {
  NameTable table;
  for (const auto& name : read_names(in, what)) {
    if (table.intern(name) + std::size_t{1} != table.size()) in.fail("found " + std::string(what) + " twice");
  }
  if (table.size() != count) in.fail("found another number of names than of " + std::string(what));
  return table;
}

}  // namespace

NamedEstimator::NamedEstimator(ClassSet classes, LiveOptions options)
    : classes_(std::move(classes)), estimator_(classes_.size(), std::move(options)) {}

NamedEstimator::NamedEstimator(ClassSet classes, NameTable items, NameTable workers, LiveEstimator estimator)
    : classes_(std::move(classes)),
      items_(std::move(items)),
      workers_(std::move(workers)),
      estimator_(std::move(estimator)) {}

ClassIndex NamedEstimator::class_of(std::string_view label) const {
  if (const auto found = classes_.find(label)) return *found;
  throw bad_input("found class \"" + std::string(label) + "\"" + did_you_mean(label, classes_.names()) +
                  ", allowed is " + option_parsing::choices_in_words(classes_.names()));
}

std::optional<ClassIndex> NamedEstimator::observe(std::string_view worker, std::string_view item,
                                                  std::string_view label) {
  const ClassIndex given = class_of(label);
  const auto w = workers_.find(worker);
  const auto o = items_.find(item);
  // Room first: where there is none, nothing has a number yet.
  if (!w || !o) estimator_.grow(items_.size() + (o ? 0 : 1), workers_.size() + (w ? 0 : 1));
  return estimator_.observe(w ? *w : workers_.intern(worker), o ? *o : items_.intern(item), given);
}

std::optional<ClassIndex> NamedEstimator::forget(std::string_view worker, std::string_view item) {
  const auto w = workers_.find(worker);
  const auto o = items_.find(item);
  if (!w || !o) return std::nullopt;
  return estimator_.forget(*w, *o);
}

void NamedEstimator::add_gold(std::string_view item, std::string_view gold) {
  const ClassIndex truth = class_of(gold);
  const auto o = items_.find(item);
  if (!o) estimator_.grow(items_.size() + 1, workers_.size());
  estimator_.add_gold(o ? *o : items_.intern(item), truth);
}

std::optional<ClassIndex> NamedEstimator::drop_gold(std::string_view item) {
  const auto o = items_.find(item);
  return o ? estimator_.drop_gold(*o) : std::nullopt;
}

std::vector<double> NamedEstimator::posterior(std::string_view item) const {
  const auto o = items_.find(item);
  return o ? estimator_.posterior(*o) : estimator_.prior();
}

LiveQuality NamedEstimator::quality(std::string_view worker, const CostMatrix& costs) const {
  const auto w = workers_.find(worker);
  if (!w) throw bad_input("found worker \"" + std::string(worker) + "\", who has given no label");
  return estimator_.quality(*w, costs);
}

std::string NamedEstimator::snapshot() const {
  SnapshotWriter out;
  estimator_.write(out);
  out.u32(static_cast<std::uint32_t>(classes_.size()));
  for (const auto& name : classes_.names()) out.text(name);
  write_names(items_, out);
  write_names(workers_, out);
  return out.finish();
}

NamedEstimator NamedEstimator::restore(std::string_view bytes) {
  SnapshotReader in(bytes);
  auto estimator = LiveEstimator::read(in);
  ClassSet classes(read_names(in, "classes"));
  if (classes.size() != estimator.class_count()) in.fail("found another number of names than of classes");
  auto items = read_table(in, "items", estimator.item_count());
  auto workers = read_table(in, "workers", estimator.worker_count());
  in.expect_end();
  return {std::move(classes), std::move(items), std::move(workers), std::move(estimator)};
}

}  // namespace assay::live
