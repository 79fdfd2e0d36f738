#include "assay/io/json_objects.h"

#include <algorithm>
#include <optional>

#include "assay/base/error.h"

namespace assay::io {
namespace {

constexpr std::size_t kChunkBytes = 1 << 16;

std::string_view without_return(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return line;
}

// A string without escapes as it stands in the line.
std::optional<std::string_view> plain_text(simdjson::ondemand::value value) {
  const std::string_view token = without_return(value.raw_json_token());
  if (token.size() < 2 || token.find('\\') != std::string_view::npos) return std::nullopt;
  return token.substr(1, token.size() - 2);
}

}  // namespace

void JsonObjects::refuse(std::string_view line, std::string found) const {
  throw bad_input(std::move(found) + ", allowed is one JSON object a line", part_->place(line.data()));
}

void JsonObjects::each_field(std::string_view line, const Field& field) {
  static_assert(TextBlocks::kPadding >= simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  auto error = parser_.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING).get(document);
  simdjson::ondemand::object object;
  if (!error) error = document.get_object().get(object);
  if (error) refuse(line, std::string("found no JSON object (") + simdjson::error_message(error) + ")");
  line_ = line;
  for (auto entry : object) {
    std::string_view key;
    Value value;
    error = entry.unescaped_key().get(key);
    if (!error) error = entry.value().get(value);
    if (error) refuse(line, std::string("found broken JSON (") + simdjson::error_message(error) + ")");
    field(key, value);
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  if (!at_end) refuse(line, "found more text after the object");
}

void JsonObjects::each(const TextPart& part, const Field& field, const Done& done) {
  part_ = &part;
  part.check_utf8();
  std::string_view rest(part.bytes.data(), part.bytes.size());
  for (std::uint64_t number = part.line; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const auto line = without_return(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    if (line.empty()) continue;
    each_field(line, field);
    done(number, line.data());
  }
}

std::string_view JsonObjects::text_of(Value value, std::string_view key) {
  using simdjson::ondemand::json_type;
  std::string_view text;
  json_type type{};
  auto error = value.type().get(type);
  if (!error && type == json_type::string) {
    if (const auto plain = plain_text(value)) return *plain;
    error = value.get_string().get(text);
  } else if (!error && (type == json_type::number || type == json_type::boolean)) {
    text = without_return(value.raw_json_token());
  } else if (!error && type != json_type::null) {
    throw bad_input("the field \"" + std::string(key) + "\" holds a list or an object, allowed is a text or a number",
                    part_->place(line_.data()));
  }
  if (error) refuse(line_, std::string("found broken JSON (") + simdjson::error_message(error) + ")");
  const bool fits = !characters_.empty() && characters_.back().size() + text.size() <= characters_.back().capacity();
  if (!fits) characters_.emplace_back().reserve(std::max(kChunkBytes, text.size()));
  std::string& chunk = characters_.back();
  const std::size_t start = chunk.size();
  chunk.append(text);
  return {chunk.data() + start, text.size()};
}

}  // namespace assay::io
