#pragma once

#include <string>
#include <vector>

#include "assay/core/class_set.h"
#include "assay/engine/learn.h"
#include "assay/planning/beat_machine.h"
#include "assay/planning/guided.h"
#include "assay/planning/labeller_curves.h"
#include "terminal.h"

namespace assay::app {

// What `assay learn` says to people, a function a mode.
void print_training(const engine::LearnResult& result, const std::string& train_on, double interval,
                    Terminal& terminal);
void print_advice(const planning::Advice& advice, const planning::AdviseOptions& options, double interval,
                  Terminal& terminal);
void print_curves(const std::vector<planning::CurvePoint>& points, double interval, Terminal& terminal);
void print_search_cost(const planning::SearchOptions& options, const planning::SearchCost& cost, Terminal& terminal);
void print_gathering(const std::vector<planning::GuidedPoint>& points, double interval, Terminal& terminal);
void print_rewards(const std::vector<planning::BeatReward>& rewards, const std::vector<ClassIndex>& truth,
                   Terminal& terminal);

}  // namespace assay::app
