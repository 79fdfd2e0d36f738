#include "assay/io/row_batch.h"

namespace assay::io {

void RowBatch::clear() {
  workers.clear();
  items.clear();
  labels.clear();
  weights.clear();
  times.clear();
  seconds.clear();
  golden.clear();
}

}  // namespace assay::io
