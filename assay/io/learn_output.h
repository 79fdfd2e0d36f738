#pragma once

#include <vector>

#include "assay/core/class_set.h"
#include "assay/core/name_table.h"
#include "assay/engine/learn.h"
#include "assay/io/measures.h"
#include "assay/io/table.h"
#include "assay/planning/beat_machine.h"
#include "assay/planning/guided.h"
#include "assay/planning/labeller_curves.h"

namespace assay::io {

/// `predictions`: item,label,p_CLASS..., a row an item, in order. `out_of_fold`, empty or one an item, adds a column of
/// 0 and 1. The tables refer to their arguments.
[[nodiscard]] Table predictions_table(const NameTable& items, const ClassSet& classes, const Matrix<double>& predicted,
                                      const std::vector<bool>& out_of_fold = {});
/// `scores` and `advice`: measure,value,low,high.
[[nodiscard]] Table scores_table(const engine::LearnResult& result);
[[nodiscard]] Table advice_table(const planning::Advice& advice);
[[nodiscard]] Table search_cost_table(const planning::SearchCost& cost);
/// `learning_curves`, one row a point.
[[nodiscard]] Table curves_table(const std::vector<planning::CurvePoint>& points);
/// `gathering`, one row a point.
[[nodiscard]] Table gathering_table(const std::vector<planning::GuidedPoint>& points);
/// `rewards`: item,truth,label,probability of the truth,error,duplicate,reward in units of the currency.
[[nodiscard]] Table rewards_table(const NameTable& items, const ClassSet& classes, const std::vector<ClassIndex>& truth,
                                  const std::vector<planning::BeatReward>& rewards);

}  // namespace assay::io
