// A program of somebody else: three workers, two items, the truth by Dawid and Skene's model.
#include <cstdio>

#include "assay/core/label_store_builder.h"
#include "assay/models/registry.h"

int main() {
  assay::LabelStoreBuilder builder;
  for (assay::WorkerIndex worker = 0; worker < 3; ++worker) {
    builder.add(0, worker, 0);
    builder.add(1, worker, worker == 2 ? 0 : 1);
  }
  const assay::LabelStore labels = builder.finish(2, 3, 2);

  assay::ThreadPool threads(1);
  const auto model = assay::models::find_model("dawid_skene").make({});
  const assay::Estimate estimate = model->fit({.labels = labels}, {.threads = threads});
  std::printf("%.3f %.3f\n", estimate.posterior(0, 0), estimate.posterior(1, 1));
  return estimate.posterior(0, 0) > 0.5 && estimate.posterior(1, 1) > 0.5 ? 0 : 1;
}
