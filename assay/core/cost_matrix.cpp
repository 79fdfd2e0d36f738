#include "assay/core/cost_matrix.h"

namespace assay {

CostMatrix::CostMatrix(std::size_t class_count) : costs_(class_count, class_count, 1.0) {
  for (std::size_t c = 0; c < class_count; ++c) costs_(c, c) = 0;
}

CostMatrix CostMatrix::ordinal(std::size_t class_count) {
  CostMatrix out(class_count);
  for (std::size_t t = 0; t < class_count; ++t) {
    for (std::size_t d = 0; d < class_count; ++d) out.set(t, d, t > d ? double(t - d) : double(d - t));
  }
  return out;
}

}  // namespace assay
