#include "assay/sim/crowd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "assay/base/error.h"

namespace assay::sim {
namespace {

CrowdOptions all_kinds() {
  CrowdOptions options;
  options.items = 20000;
  options.workers = 45;
  options.mix = "good:1,mediocre:1,biased:1,spammer:1,random:1,adversarial:1,colluding:1,drifting:1,learning:1";
  options.priors = "0.4,0.3,0.2,0.1";
  options.hard_items = 0.1;
  options.seed = 7;
  return options;
}

TEST(Crowd, SameForAnyNumberOfThreads) {
  ThreadPool one(1), three(3);
  const Crowd crowd(all_kinds());
  const auto a = crowd.make(one);
  const auto b = crowd.make(three);
  EXPECT_EQ(a.truth, b.truth);
  const auto ea = a.table.labels.entries();
  const auto eb = b.table.labels.entries();
  EXPECT_TRUE(std::equal(ea.begin(), ea.end(), eb.begin(), eb.end()));
  EXPECT_EQ(a.table.items.name(0), "item000001");
  EXPECT_EQ(a.table.workers.name(44), "w0045");
}

// Counting labels by their truth gives back the matrices that were promised, for each kind.
TEST(Crowd, LabelsFollowTheTrueConfusion) {
  ThreadPool threads(2);
  const Crowd crowd(all_kinds());
  const auto made = crowd.make(threads);
  const auto& labels = made.table.labels;
  Confusions counts(45, 4);
  for (ItemIndex o = 0; o < labels.item_count(); ++o) {
    for (const auto row : labels.rows(o)) counts.row(row)[made.truth[o]] += 1;
  }
  for (WorkerIndex w = 0; w < 45; ++w) {
    for (std::size_t t = 0; t < 4; ++t) {
      const double n = counts.true_total(w, t);
      if (n < 50) continue;
      for (std::size_t g = 0; g < 4; ++g) {
        const double p = crowd.confusion().at(w, t, g);
        EXPECT_NEAR(counts.at(w, t, g) / n, p, 4.5 * std::sqrt((p * (1 - p) + 0.01) / n)) << name(crowd.kind(w));
      }
    }
  }
}

TEST(Crowd, EachItemHasDistinctWorkersAndTheMeanNumberOfLabels) {
  for (const double per_item : {2.5, 40.0}) {
    auto options = all_kinds();
    options.items = 5000;
    options.labels_per_item = per_item;
    ThreadPool threads(1);
    const auto made = Crowd(options).make(threads);
    const auto& labels = made.table.labels;
    EXPECT_NEAR(double(labels.label_count()) / 5000, per_item, 0.05);
    for (ItemIndex o = 0; o < labels.item_count(); ++o) {
      std::set<WorkerIndex> seen;
      for (const auto row : labels.rows(o)) EXPECT_TRUE(seen.insert(labels.worker_of(row)).second);
    }
  }
}

TEST(Crowd, MixIsMetToTheWorker) {
  CrowdOptions options;
  options.workers = 20;
  options.mix = "good:0.5,spammer:0.5";
  const Crowd crowd(options);
  int spammers = 0;
  for (WorkerIndex w = 0; w < 20; ++w) spammers += crowd.kind(w) == WorkerKind::spammer;
  EXPECT_EQ(spammers, 10);
}

TEST(CrowdOptions, SayWhatIsWrong) {
  CrowdOptions options;
  options.mix = "good:0.5,lazy:0.5";
  EXPECT_THROW(Crowd{options}, Error);
  options = {};
  options.priors = "0.5,0.4";
  options.classes = "2";
  EXPECT_THROW(Crowd{options}, Error);
  options.priors = "0.5,0.5";
  options.workers = 3;
  EXPECT_THROW(Crowd{options}, Error);
  EXPECT_THROW(parse_classes("a,a"), Error);
  EXPECT_EQ(parse_classes("G,P"), (std::vector<std::string>{"G", "P"}));
  EXPECT_EQ(parse_classes("10").front(), "c01");
}

}  // namespace
}  // namespace assay::sim
