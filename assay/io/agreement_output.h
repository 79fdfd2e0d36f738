#pragma once

#include <string>
#include <vector>

#include "assay/core/label_table.h"
#include "assay/engine/agree.h"
#include "assay/io/measures.h"

namespace assay::io {

/// Every figure of an agreement as JSON, null where not defined.
[[nodiscard]] std::string agreement_json(const LabelTable& table, const engine::AgreeResult& result);
/// The same as rows measure,of,value.
[[nodiscard]] std::vector<Measure> agreement_measures(const LabelTable& table, const engine::AgreeResult& result);

}  // namespace assay::io
