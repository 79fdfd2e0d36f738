#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::io {

/// A text, number, true or false as text; null is empty; nothing for a list or an object.
[[nodiscard]] std::optional<std::string> scalar_text(simdjson::dom::element value);

/// What a Label Studio region's value says: choices, rating, number, taxonomy or selected; nothing for others.
[[nodiscard]] std::optional<std::string> region_answer(simdjson::dom::element value);

/// What one field of a crowd form's answer says: a text or number, {"label": x}, {"labels": [..]}, or the names that
/// are true of {"a": true, "b": false}; nothing for others.
[[nodiscard]] std::optional<std::string> form_answer(simdjson::dom::element value);

/// Several answers at once as one: sorted, joined by "|".
[[nodiscard]] std::string joined_answers(std::vector<std::string> answers);

}  // namespace assay::io
