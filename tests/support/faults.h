#pragma once

#include <functional>
#include <string>

#include "assay/base/error.h"

namespace assay::testing {

/// What the Error says that `what` throws; "" when it throws none.
inline std::string fault(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace assay::testing
