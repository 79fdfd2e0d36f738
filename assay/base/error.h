#pragma once

#include <exception>
#include <string>

namespace assay {

/// What kind of failure an Error reports. Doors (command line, HTTP, Python) translate it once.
enum class ErrorCode {
  bad_input,       ///< The caller's data or options are wrong; exit code 2.
  limit_exceeded,  ///< A limit (which is an option) was reached; exit code 2.
  unavailable,     ///< The outside world failed: a file, a library, a disk; exit code 2.
  interrupted,     ///< The user asked to stop; exit code 130.
};

/// Bad input or a failed outside world. Our own bugs are assertions, outcomes are return values.
class Error : public std::exception {
 public:
  /// `message` says what was found and what is allowed; `where` is file:line:column, a JSON path or an option name
  /// (empty when there is no place to name).
  Error(ErrorCode code, std::string message, std::string where = {});

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& where() const noexcept { return where_; }
  /// "where: message", or only the message when there is no place.
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
  std::string where_;
  std::string what_;
};

/// Shorthand for Error{ErrorCode::bad_input, message, where}.
[[nodiscard]] Error bad_input(std::string message, std::string where = {});

}  // namespace assay
