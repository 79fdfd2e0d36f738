#pragma once

#include <simdjson.h>

#include <deque>
#include <string>
#include <string_view>

#include "assay/io/text_blocks.h"

namespace assay::io {

/// Answers of crowd forms, JSON such as [{"emotion":{"label":"Anger"}}], as MTurk writes them into Answer.taskAnswers.
class FormAnswers {
 public:
  /// What the field says (the only one when `field` is empty). `json` is text of `part`, for messages. The answer
  /// lives until `release`. Throws Error{bad_input} when there is no such field, or several and none is named.
  std::string_view answer(std::string_view json, const TextPart& part, const std::string& field);
  void release() { answers_.clear(); }

 private:
  simdjson::dom::parser parser_;
  std::deque<std::string> answers_;
};

}  // namespace assay::io
