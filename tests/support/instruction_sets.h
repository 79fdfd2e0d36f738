#pragma once

#include <gtest/gtest.h>

#include <hwy/targets.h>

namespace assay::testing {

/// Calls act() once for each instruction set that the machine has and the kernels are compiled for.
template <typename Act>
void with_every_instruction_set(const Act& act) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    act();
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
  }
}

}  // namespace assay::testing
