// Microseconds a label of the live estimator between settlings, beside plain array updates for the same labels in the
// same order, which is what any program must do that keeps counts: the share of the formulas is what is above it.
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/live/named_estimator.h"
#include "assay/sim/crowd.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Stream {
  std::vector<assay::Label> labels;  // in random order
  std::size_t items, workers, classes;
};

Stream make_stream() {
  assay::sim::CrowdOptions options;
  options.items = 200'000;
  options.workers = 2'000;
  options.classes = "4";
  options.times = false;
  assay::ThreadPool threads(0);
  const auto store = assay::sim::Crowd(options).make(threads).table.labels;
  Stream out{{}, store.item_count(), store.worker_count(), store.class_count()};
  for (assay::ItemIndex item = 0; item < store.item_count(); ++item) {
    for (const auto row : store.rows(item)) out.labels.push_back({item, store.worker_of(row), store.label_of(row)});
  }
  assay::Random random(1);
  random.shuffle(std::span<assay::Label>(out.labels));
  return out;
}

template <typename Act>
double microseconds(std::size_t labels, Act act) {
  const auto start = Clock::now();
  act();
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / double(labels);
}

// A vote an item and a count a worker, both looked up by index.
double plain_updates(const Stream& stream) {
  std::vector<double> votes(stream.items * stream.classes);
  std::vector<double> counts(stream.workers * stream.classes * stream.classes);
  const double out = microseconds(stream.labels.size(), [&] {
    for (const auto& label : stream.labels) {
      double* item = votes.data() + label.item * stream.classes;
      double* row = counts.data() + (label.worker * stream.classes + label.label) * stream.classes;
      item[label.label] += 1;
      for (std::size_t c = 0; c < stream.classes; ++c) row[c] += item[c];
    }
  });
  volatile double sink = counts[0];
  (void)sink;
  return out;
}

void observe_all(const Stream& stream, assay::live::LiveEstimator& estimator) {
  for (const auto& label : stream.labels) estimator.observe(label.worker, label.item, label.label);
}

}  // namespace

int main() {
  const Stream stream = make_stream();
  const std::size_t n = stream.labels.size();
  const double plain = plain_updates(stream);
  assay::live::LiveEstimator estimator(stream.classes);
  estimator.grow(stream.items, stream.workers);
  const double observing = microseconds(n, [&] { observe_all(stream, estimator); });
  std::printf(
      "live, 4 classes, %zu labels in random order: %.2f us a label, %.1f times plain array updates (%.3f us)\n", n,
      observing, observing / plain, plain);

  assay::ThreadPool threads(1);
  const double settling = microseconds(n, [&] { estimator.settle({.threads = threads}); });
  const double forgetting = microseconds(n, [&] {
    for (const auto& label : stream.labels) estimator.forget(label.worker, label.item);
  });
  std::printf("live, settling on one thread: %.2f us a label; forgetting after it: %.2f us a label\n", settling,
              forgetting);

  std::vector<std::string> classes;
  for (std::size_t c = 0; c < stream.classes; ++c) classes.push_back("class" + std::to_string(c));
  std::vector<std::string> items;
  std::vector<std::string> workers;
  for (std::size_t o = 0; o < stream.items; ++o) items.push_back("item" + std::to_string(o));
  for (std::size_t w = 0; w < stream.workers; ++w) workers.push_back("worker" + std::to_string(w));
  assay::live::NamedEstimator named{assay::ClassSet(classes)};
  const double by_name = microseconds(n, [&] {
    for (const auto& label : stream.labels) {
      named.observe(workers[label.worker], items[label.item], classes[label.label]);
    }
  });
  std::string snapshot;
  const double writing = microseconds(n, [&] { snapshot = named.snapshot(); });
  const double reading = microseconds(n, [&] { (void)assay::live::NamedEstimator::restore(snapshot); });
  std::printf("live, by name: %.2f us a label; snapshot of %.0f MB: %.2f s, restored in %.2f s\n", by_name,
              double(snapshot.size()) / 1e6, writing * double(n) / 1e6, reading * double(n) / 1e6);
}
