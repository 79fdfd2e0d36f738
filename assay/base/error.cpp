#include "assay/base/error.h"

#include <utility>

namespace assay {

Error::Error(ErrorCode code, std::string message, std::string where)
    : code_(code), message_(std::move(message)), where_(std::move(where)) {
  what_ = where_.empty() ? message_ : where_ + ": " + message_;
}

Error bad_input(std::string message, std::string where) {
  return Error(ErrorCode::bad_input, std::move(message), std::move(where));
}

}  // namespace assay
