#include "assay/learn/feature_encoder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "assay/base/byte_record.h"
#include "assay/base/error.h"
#include "assay/base/hash.h"
#include "assay/base/text.h"

namespace assay::learn {
namespace {

constexpr std::array<std::string_view, 8> kMissing = {"", "?", "NA", "na", "NaN", "nan", "null", "NULL"};
constexpr std::uint32_t kMostCategories = 1 << 24;
constexpr std::uint32_t kMostWordsTogether = 10;
constexpr std::uint32_t kLeastHashBits = 8, kMostHashBits = 24;

using Kind = FeatureEncoder::Kind;
using Column = FeatureEncoder::Column;

bool is_missing(std::string_view text) { return std::find(kMissing.begin(), kMissing.end(), text) != kMissing.end(); }

// NaN when it is no finite number.
double number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc{} && end == text.data() + text.size() && std::isfinite(value) ? value : std::nan("");
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_names(const std::vector<std::string>& wanted, const RawFeatures& raw, const char* option) {
  for (const auto& name : wanted) {
    if (has(raw.columns, name)) continue;
    std::string there;
    for (const auto& column : raw.columns) there += (there.empty() ? "" : ", ") + column;
    throw bad_input(
        "found no column \"" + name + "\" in " + raw.source + did_you_mean(name, raw.columns) + ", there are " + there,
        option);
  }
}

bool all_numbers(const RawFeatures& raw, std::size_t column) {
  for (std::size_t r = 0; r < raw.row_count; ++r) {
    const auto text = raw.text(r, column);
    if (!is_missing(text) && std::isnan(number_of(text))) return false;
  }
  return true;
}

void measure(const RawFeatures& raw, std::size_t column, Column& to) {
  double sum = 0, squares = 0, count = 0;
  const auto each = [&](const auto& use) {
    for (std::size_t r = 0; r < raw.row_count; ++r) {
      const auto text = raw.text(r, column);
      if (!is_missing(text)) use(number_of(text));
    }
  };
  each([&](double v) { sum += v, ++count; });
  to.mean = count > 0 ? sum / count : 0;
  each([&](double v) { squares += (v - to.mean) * (v - to.mean); });
  to.deviation = count > 0 ? std::sqrt(squares / count) : 0;
}

// Nothing when there are more than `most`.
std::vector<std::string> categories_of(const RawFeatures& raw, std::size_t column, std::uint64_t most) {
  std::set<std::string_view> found;
  for (std::size_t r = 0; r < raw.row_count && found.size() <= most; ++r) {
    const auto text = raw.text(r, column);
    if (!text.empty()) found.insert(text);
  }
  if (found.size() > most) return {};
  return {found.begin(), found.end()};
}

// Whether the column tells anything; then `to` describes it.
bool describe(const RawFeatures& raw, std::size_t c, const EncoderOptions& options, Column& to) {
  to.name = raw.columns[c];
  if (has(options.text_columns, to.name)) {
    to.kind = Kind::text;
    return true;
  }
  const bool is_category = has(options.category_columns, to.name);
  if (!is_category && all_numbers(raw, c)) {
    measure(raw, c, to);
    return to.deviation > 0 && std::isfinite(to.deviation);
  }
  to.categories = categories_of(raw, c, is_category ? kMostCategories : options.max_categories);
  to.kind = to.categories.empty() ? Kind::text : Kind::category;
  return to.kind == Kind::text || to.categories.size() > 1;
}

bool is_word_character(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 128 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z');
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const bool in_word = is_word_character(c);
    if (in_word && !inside) words.emplace_back();
    if (in_word) words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    inside = in_word;
  }
  return words;
}

using Entries = std::vector<std::pair<std::uint32_t, float>>;

// Sorts by column and adds up what fell together, from `begin` on.
void merge(Entries& entries, std::size_t begin) {
  std::sort(entries.begin() + static_cast<std::ptrdiff_t>(begin), entries.end());
  std::size_t end = begin;
  for (std::size_t i = begin; i < entries.size();) {
    auto sum = entries[i];
    for (++i; i < entries.size() && entries[i].first == sum.first; ++i) sum.second += entries[i].second;
    if (sum.second != 0) entries[end++] = sum;
  }
  entries.resize(end);
}

}  // namespace

void FeatureEncoder::number_features() {
  std::size_t next = 0;
  bool has_text = false;
  for (auto& column : columns_) {
    has_text |= column.kind == Kind::text;
    if (column.kind == Kind::text) continue;
    column.first = static_cast<std::uint32_t>(next);
    next += column.kind == Kind::number ? 2 : column.categories.size();
  }
  hash_first_ = static_cast<std::uint32_t>(next);
  column_count_ = next + (has_text ? std::size_t{1} << hash_bits_ : 0);
}

FeatureEncoder FeatureEncoder::learn(const RawFeatures& raw, const EncoderOptions& options) {
  check_names(options.text_columns, raw, "--text-columns");
  check_names(options.category_columns, raw, "--category-columns");
  check_names(options.ignored_columns, raw, "--ignored-columns");
  FeatureEncoder out;
  out.words_together_ = static_cast<std::uint32_t>(options.words_together);
  out.hash_bits_ = static_cast<std::uint32_t>(options.hash_bits);
  for (std::size_t c = 0; c < raw.columns.size(); ++c) {
    Column column;
    if (!has(options.ignored_columns, raw.columns[c]) && describe(raw, c, options, column)) {
      out.columns_.push_back(std::move(column));
    }
  }
  if (out.columns_.empty()) {
    throw bad_input("found no column that tells items apart, at least one is needed beside the item", raw.source);
  }
  out.number_features();
  return out;
}

void FeatureEncoder::add_words(std::string_view text, std::uint64_t seed, Entries& to) const {
  const auto words = words_of(text);
  const std::size_t begin = to.size();
  const std::uint64_t mask = (std::uint64_t{1} << hash_bits_) - 1;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string gram;
    for (std::size_t n = 0; n < words_together_ && i + n < words.size(); ++n) {
      gram += (n > 0 ? " " : "") + words[i + n];
      const auto hash = hash_of(gram, seed);
      to.emplace_back(hash_first_ + static_cast<std::uint32_t>(hash & mask), hash >> 63 != 0 ? -1.0F : 1.0F);
    }
  }
  merge(to, begin);
  double squares = 0;
  for (std::size_t i = begin; i < to.size(); ++i) squares += double{to[i].second} * double{to[i].second};
  for (std::size_t i = begin; i < to.size(); ++i) {
    to[i].second = static_cast<float>(double{to[i].second} / std::sqrt(squares));
  }
}

Features FeatureEncoder::encode(const RawFeatures& raw) const {
  std::vector<std::size_t> place;
  for (const auto& column : columns_) {
    const auto found = std::find(raw.columns.begin(), raw.columns.end(), column.name);
    if (found == raw.columns.end()) {
      throw bad_input("found no column \"" + column.name + "\"" + did_you_mean(column.name, raw.columns) +
                          ", the classifier was trained with it",
                      raw.source);
    }
    place.push_back(static_cast<std::size_t>(found - raw.columns.begin()));
  }
  Features out(column_count_);
  Entries entries;
  std::vector<std::uint32_t> columns;
  std::vector<float> values;
  for (std::size_t r = 0; r < raw.row_count; ++r) {
    entries.clear();
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const Column& column = columns_[c];
      const auto text = raw.text(r, place[c]);
      if (column.kind == Kind::text) {
        add_words(text, c, entries);
      } else if (column.kind == Kind::category) {
        const auto found = std::lower_bound(column.categories.begin(), column.categories.end(), text);
        if (found == column.categories.end() || *found != text) continue;
        entries.emplace_back(column.first + static_cast<std::uint32_t>(found - column.categories.begin()), 1.0F);
      } else if (is_missing(text)) {
        entries.emplace_back(column.first + 1, 1.0F);
      } else {
        const double value = (number_of(text) - column.mean) / column.deviation;
        if (!std::isfinite(static_cast<float>(value))) {
          throw bad_input("found \"" + std::string(text) + "\" in the column \"" + column.name +
                              "\", allowed is a number, as where the classifier was trained",
                          raw.place(r));
        }
        entries.emplace_back(column.first, static_cast<float>(value));
      }
    }
    merge(entries, 0);
    columns.clear();
    values.clear();
    for (const auto& [column, value] : entries) {
      columns.push_back(column);
      values.push_back(value);
    }
    out.add({columns, values});
  }
  return out;
}

void FeatureEncoder::write(ByteWriter& to) const {
  to.u32(words_together_);
  to.u32(hash_bits_);
  to.u32(static_cast<std::uint32_t>(columns_.size()));
  for (const auto& column : columns_) {
    to.text(column.name);
    to.u8(static_cast<std::uint8_t>(column.kind));
    if (column.kind == Kind::number) {
      to.f64(column.mean);
      to.f64(column.deviation);
    } else if (column.kind == Kind::category) {
      to.u32(static_cast<std::uint32_t>(column.categories.size()));
      for (const auto& category : column.categories) to.text(category);
    }
  }
}

FeatureEncoder FeatureEncoder::read(ByteReader& in) {
  FeatureEncoder out;
  out.words_together_ = in.integer<std::uint32_t>(1, kMostWordsTogether, "the words together");
  out.hash_bits_ = in.integer<std::uint32_t>(kLeastHashBits, kMostHashBits, "the bits of the hash");
  const auto count = in.integer<std::uint32_t>(1, kMostCategories, "the number of columns");
  in.expect_left(count, 5, "the columns");
  for (std::uint32_t c = 0; c < count; ++c) {
    Column column;
    column.name = in.text();
    const auto kind = in.u8();
    if (kind > 2) in.fail("found " + std::to_string(kind) + " for the kind of a column, allowed is 0 to 2");
    column.kind = static_cast<Kind>(kind);
    if (column.kind == Kind::number) {
      column.mean = in.f64("a mean");
      column.deviation = in.f64("a standard deviation");
      if (!(column.deviation > 0)) in.fail("found a standard deviation of 0 or less");
    } else if (column.kind == Kind::category) {
      const auto categories = in.integer<std::uint32_t>(2, kMostCategories, "the number of categories");
      in.expect_left(categories, 4, "the categories");
      for (std::uint32_t i = 0; i < categories; ++i) {
        column.categories.emplace_back(in.text());
        if (i > 0 && column.categories[i - 1] >= column.categories[i]) in.fail("found categories out of order");
      }
    }
    out.columns_.push_back(std::move(column));
  }
  out.number_features();
  return out;
}

}  // namespace assay::learn
