#include "assay/io/class_codes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

ClassCodes::ClassCodes(const std::vector<std::string>& given, const std::vector<std::string>& missing,
                       std::size_t max_classes)
    : max_classes_(max_classes), is_fixed_(!given.empty()) {
  const auto add_missing = [&](std::string_view text) {
    if (texts_.find(text)) return;
    texts_.intern(text);
    code_of_text_.push_back(kNoClass);
  };
  if (given.size() > max_classes_) {
    throw Error(ErrorCode::limit_exceeded, "found " + std::to_string(given.size()) + " classes, allowed are " +
                                               std::to_string(max_classes_) + " (--max-classes)");
  }
  add_missing("");
  for (const auto& text : missing) add_missing(text);
  for (const auto& name : given) {
    if (texts_.find(name))
      throw bad_input("\"" + name + "\" is given twice, or as a class and as missing", "--classes");
    texts_.intern(name);
    code_of_text_.push_back(static_cast<ClassIndex>(names_.size()));
    names_.push_back(name);
  }
}

ClassIndex ClassCodes::slow_code(std::string_view text, const Place& place) {
  if (const auto known = texts_.find(text)) return code_of_text_[*known];
  if (is_fixed_) {
    throw bad_input("found the unknown class \"" + std::string(text) + "\"" + did_you_mean(text, names_) +
                        ", allowed are " + some_of(names_),
                    place());
  }
  if (names_.size() == max_classes_) {
    throw Error(
        ErrorCode::limit_exceeded,
        "found more than " + std::to_string(max_classes_) +
            " different labels; is this the right column? (--label-column names it, --max-classes sets the limit)",
        place());
  }
  texts_.intern(text);
  code_of_text_.push_back(static_cast<ClassIndex>(names_.size()));
  names_.emplace_back(text);
  return code_of_text_.back();
}

std::vector<std::string> ClassCodes::ordered_names(std::vector<ClassIndex>& order) const {
  std::vector<std::size_t> by_rank(names_.size());
  std::iota(by_rank.begin(), by_rank.end(), std::size_t{0});
  if (!is_fixed_) {
    std::vector<double> numbers;
    for (const auto& name : names_) {
      if (const auto number = as_number(name)) numbers.push_back(*number);
    }
    const bool all_numbers = numbers.size() == names_.size();
    std::sort(by_rank.begin(), by_rank.end(), [&](std::size_t a, std::size_t b) {
      if (all_numbers && numbers[a] != numbers[b]) return numbers[a] < numbers[b];
      return names_[a] < names_[b];
    });
  }
  order.resize(names_.size());
  std::vector<std::string> out;
  for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
    order[by_rank[rank]] = static_cast<ClassIndex>(rank);
    out.push_back(names_[by_rank[rank]]);
  }
  return out;
}

}  // namespace assay::io
