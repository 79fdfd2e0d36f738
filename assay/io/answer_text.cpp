#include "assay/io/answer_text.h"

#include <algorithm>

#include "assay/base/text.h"

namespace assay::io {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string joined(const std::vector<std::string>& parts, char separator) {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::optional<std::vector<std::string>> texts_of(element list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const element part : list.get_array()) {
    const auto text = scalar_text(part);
    if (!text) return std::nullopt;
    out.push_back(*text);
  }
  return out;
}

std::optional<std::string> taxonomy_answer(element paths) {
  if (!paths.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const element path : paths.get_array()) {
    const auto steps = texts_of(path);
    if (!steps) return std::nullopt;
    out.push_back(joined(*steps, '/'));
  }
  return joined_answers(out);
}

std::optional<std::string> list_answer(element list) {
  const auto texts = texts_of(list);
  if (!texts) return std::nullopt;
  return joined_answers(*texts);
}

std::optional<element> field(element object, std::string_view key) {
  element found;
  if (object[key].get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

}  // namespace

std::string joined_answers(std::vector<std::string> answers) {
  std::sort(answers.begin(), answers.end());
  return joined(answers, '|');
}

std::optional<std::string> scalar_text(element value) {
  switch (value.type()) {
    case element_type::STRING:
      return std::string(std::string_view(value));
    case element_type::INT64:
      return std::to_string(std::int64_t(value));
    case element_type::UINT64:
      return std::to_string(std::uint64_t(value));
    case element_type::DOUBLE:
      return shortest(double(value));
    case element_type::BOOL:
      return bool(value) ? "true" : "false";
    case element_type::NULL_VALUE:
      return std::string{};
    case element_type::ARRAY:
    case element_type::OBJECT:
      break;
  }
  return std::nullopt;
}

std::optional<std::string> region_answer(element value) {
  if (const auto choices = field(value, "choices")) return list_answer(*choices);
  if (const auto taxonomy = field(value, "taxonomy")) return taxonomy_answer(*taxonomy);
  for (const auto key : {"rating", "number", "selected"}) {
    if (const auto found = field(value, key)) return scalar_text(*found);
  }
  return std::nullopt;
}

std::optional<std::string> form_answer(element value) {
  if (!value.is_object()) return scalar_text(value);
  if (const auto label = field(value, "label")) return scalar_text(*label);
  if (const auto labels = field(value, "labels")) return list_answer(*labels);
  std::vector<std::string> chosen;
  for (const auto entry : value.get_object()) {
    if (!entry.value.is_bool()) return std::nullopt;
    if (bool(entry.value)) chosen.emplace_back(entry.key);
  }
  return joined_answers(chosen);
}

}  // namespace assay::io
