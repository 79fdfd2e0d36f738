#include "assay/io/form_answers.h"

#include <vector>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/answer_text.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

using simdjson::dom::element;

// The object of answers: the list's first entry, or the value itself.
template <typename Place>
element answers_of(element root, const Place& place) {
  element object = root;
  if (root.is_array() && root.get_array().size() > 0) object = root.get_array().at(0);
  if (!object.is_object()) throw bad_input("found no answers of a form, allowed is [{\"field\": ...}]", place());
  return object;
}

std::vector<std::string> names_of(element answers) {
  std::vector<std::string> names;
  for (const auto entry : answers.get_object()) names.emplace_back(entry.key);
  return names;
}

}  // namespace

std::string_view FormAnswers::answer(std::string_view json, const TextPart& part, const std::string& field) {
  if (json.empty()) return json;
  const auto place = [&] { return part.place(json.data()); };
  element root;
  const auto error = parser_.parse(json.data(), json.size(), true).get(root);
  if (error) throw bad_input(std::string("found broken JSON: ") + simdjson::error_message(error), place());
  const element answers = answers_of(root, place);
  const auto names = names_of(answers);
  if (field.empty() && names.size() != 1) {
    throw bad_input("several answers could be the label: " + join(names) + "; --label-column names the one", place());
  }
  const std::string& wanted = field.empty() ? names.front() : field;
  element value;
  if (answers[wanted].get(value) != simdjson::SUCCESS) {
    throw bad_input("found no answer \"" + wanted + "\" (--label-column)" + did_you_mean(wanted, names) +
                        ", there are " + join(names),
                    place());
  }
  const auto text = form_answer(value);
  if (!text) throw bad_input("the answer \"" + wanted + "\" is no single choice or text", place());
  return answers_.emplace_back(*text);
}

}  // namespace assay::io
