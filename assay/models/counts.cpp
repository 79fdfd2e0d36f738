#include "assay/models/counts.h"

namespace assay::models {

void Counts::merge(const Counts& other) {
  const auto from = other.labels.values();
  const auto to = labels.values();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  for (std::size_t c = 0; c < classes.size(); ++c) classes[c] += other.classes[c];
  log_evidence += other.log_evidence;
  for (std::size_t i = 0; i < extra.size(); ++i) extra[i] += other.extra[i];
}

}  // namespace assay::models
