// Snapshots of the live estimator: the bytes as they are, and as the body of a rightly sealed snapshot. What is taken
// for one must answer, take changes and be written and read again.
#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>

#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/live/named_estimator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using assay::live::LiveEstimator;
using assay::live::NamedEstimator;

void use(LiveEstimator& estimator) {
  for (assay::ItemIndex item = 0; item < std::min<std::size_t>(estimator.item_count(), 16); ++item) {
    const auto worker = static_cast<assay::WorkerIndex>(item % 3 % (estimator.worker_count() + 1));
    estimator.observe(worker, item, static_cast<assay::ClassIndex>(item % estimator.class_count()));
    estimator.forget(0, item);
    estimator.add_gold(item, 0);
    estimator.drop_gold(item);
  }
  estimator.refresh(32);
  (void)estimator.estimate();
  (void)estimator.labels();
}

template <typename Estimator>
void restore(const std::string& bytes) {
  try {
    Estimator estimator = Estimator::restore(bytes);
    ASSAY_ASSERT(estimator.snapshot() == bytes);
    if constexpr (std::is_same_v<Estimator, LiveEstimator>) {
      use(estimator);
      const auto after = estimator.snapshot();
      ASSAY_ASSERT(LiveEstimator::restore(after).snapshot() == after);
    }
  } catch (const assay::Error&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  assay::live::SnapshotWriter sealed;
  sealed.bytes(bytes);
  const std::string body = sealed.finish();
  for (const auto* whole : {&bytes, &body}) {
    restore<LiveEstimator>(*whole);
    restore<NamedEstimator>(*whole);
  }
  return 0;
}
