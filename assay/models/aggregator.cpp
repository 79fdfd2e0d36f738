#include "assay/models/aggregator.h"

#include <string>

#include "assay/base/error.h"

namespace assay::models {

BlockEstimate Aggregator::fit_blocks(const Problem& /*problem*/, const LabelSource& /*labels*/,
                                     const Context& /*context*/) const {
  throw bad_input("the model " + std::string(name()) + " needs all labels and posteriors in memory", "--model");
}

}  // namespace assay::models
