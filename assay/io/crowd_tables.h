#pragma once

#include <vector>

#include "assay/io/table.h"
#include "assay/sim/crowd.h"

namespace assay::io {

/// A simulated crowd as tables over `crowd`, which must outlive them. Rows are made as they are written, so that a
/// crowd of any size takes little memory.
///   labels   worker,item,label[,time]
///   truth    item,label[,hard]; hard (0 or 1) when a share of the items is
///   gold     item,label; this table is there when a share of the items is gold
///   workers  worker,kind,copies,true,given,probability: one row a cell of the worker's matrix; `copies` names the
///   worker
///            whom a colluding one copies and is empty for everybody else
/// With `with_labels` false all but the labels.
[[nodiscard]] std::vector<Table> crowd_tables(const sim::Crowd& crowd, bool with_labels = true);

}  // namespace assay::io
