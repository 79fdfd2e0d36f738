#include "assay/io/row_writers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace assay::io {
namespace {

// The longest double needs 24 characters, the longest integer 20.
constexpr std::size_t kNumberBytes = 32;

void append_integer(std::string& to, std::uint64_t value) {
  char digits[kNumberBytes];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// False when there is no number to write.
bool append_number(std::string& to, double value) {
  if (!std::isfinite(value)) return false;
  char digits[kNumberBytes];
  if (value == 0) value = 0;  // no "-0"
  to.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  return true;
}

// An amount has at most six decimals and, of 2^63 micro-units, 13 digits before them.
void append_money(std::string& to, Money value) {
  char digits[kNumberBytes];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, value.units(), std::chars_format::fixed).ptr);
}

// By byte, whether a field with it is quoted.
constexpr auto kQuoted = [] {
  std::array<bool, 256> out{};
  for (const char c : {',', '"', '\n', '\r', ';', '|', '\t'}) out[static_cast<unsigned char>(c)] = true;
  return out;
}();

bool needs_quotes(std::string_view text) {
  if (text.empty()) return false;
  return text.front() == ' ' || text.back() == ' ' ||
         std::any_of(text.begin(), text.end(), [](char c) { return kQuoted[static_cast<unsigned char>(c)]; });
}

void append_csv(std::string& to, std::string_view text) {
  if (!needs_quotes(text)) {
    to += text;
    return;
  }
  to += '"';
  for (const char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

void append_json(std::string& to, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  to += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      to += "\\u00";
      to += kHex[static_cast<unsigned char>(c) >> 4];
      to += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      to += c;
    }
  }
  to += '"';
}

class CsvSink final : public TextRowSink {
 public:
  void text(std::string_view value) override {
    next();
    append_csv(out_, value);
  }
  void integer(std::uint64_t value) override {
    next();
    append_integer(out_, value);
  }
  void number(double value) override {
    next();
    append_number(out_, value);
  }
  void money(Money value) override {
    next();
    append_money(out_, value);
  }
  void end_row() override {
    out_ += '\n';
    at_start_ = true;
  }

 private:
  void next() {
    if (!std::exchange(at_start_, false)) out_ += ',';
  }
  bool at_start_ = true;
};

class JsonlSink final : public TextRowSink {
 public:
  explicit JsonlSink(const Table& table) {
    for (const auto& column : table.columns) {
      std::string key = keys_.empty() ? "{" : ",";
      append_json(key, column.name);
      keys_.push_back(key + ":");
    }
  }
  void text(std::string_view value) override {
    next();
    append_json(out_, value);
  }
  void integer(std::uint64_t value) override {
    next();
    append_integer(out_, value);
  }
  void number(double value) override {
    next();
    if (!append_number(out_, value)) out_ += "null";
  }
  void money(Money value) override {
    next();
    append_money(out_, value);
  }
  void end_row() override {
    out_ += "}\n";
    column_ = 0;
  }

 private:
  void next() { out_ += keys_[column_++]; }
  std::vector<std::string> keys_;
  std::size_t column_ = 0;
};

}  // namespace

std::unique_ptr<TextRowSink> make_csv_sink(const Table& /*table*/) { return std::make_unique<CsvSink>(); }
std::unique_ptr<TextRowSink> make_jsonl_sink(const Table& table) { return std::make_unique<JsonlSink>(table); }

std::string csv_field(std::string_view text) {
  std::string out;
  append_csv(out, text);
  return out;
}

std::string csv_header(const Table& table) {
  std::string out;
  for (const auto& column : table.columns) out += (out.empty() ? "" : ",") + csv_field(column.name);
  return out + "\n";
}

}  // namespace assay::io
