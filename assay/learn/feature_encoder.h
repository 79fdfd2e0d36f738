#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/options.h"
#include "assay/learn/features.h"

namespace assay {
class ByteReader;
class ByteWriter;
}  // namespace assay

namespace assay::learn {

/// A table of texts as it was read: what is known of each item. Must outlive its use.
struct RawFeatures {
  std::vector<std::string> columns;
  std::size_t row_count = 0;
  std::function<std::string_view(std::size_t row, std::size_t column)> text;
  std::function<std::string(std::size_t row)> place;  ///< "file:line", for messages
  std::string source;                                 ///< the file
};

/// How columns become features.
struct EncoderOptions {
  std::vector<std::string> text_columns;      ///< read as words
  std::vector<std::string> category_columns;  ///< read as names even where all are numbers
  std::vector<std::string> ignored_columns;
  std::uint64_t max_categories = 100;  ///< a column of more different names is read as words
  std::uint64_t words_together = 2;    ///< n-grams of 1 to so many words
  std::uint64_t hash_bits = 18;        ///< words go to 2^so many columns
};

/// Turns columns of texts into numbers, the same way for training and for prediction.
///   number    (text - mean) / standard deviation of the training items; a column of its own says that it is missing
///   category  a column a name, 1 where the item has it; names that training lacks give nothing
///   text      lower-cased words and n-grams hashed (XXH3, the column's number as seed) to a column and a sign each,
///   tf,
///             scaled to length 1. Weinberger et al. 2009, Feature hashing for large scale multitask learning, ICML
/// Missing are "", "?", "NA", "NaN" and "null".
class FeatureEncoder {
 public:
  enum class Kind : std::uint8_t { number = 0, category = 1, text = 2 };
  struct Column {
    std::string name;
    Kind kind = Kind::number;
    double mean = 0, deviation = 1;       ///< of numbers
    std::vector<std::string> categories;  ///< sorted
    std::uint32_t first = 0;              ///< its first feature; 0 for text, whose features are shared
  };

  /// Looks at all rows; columns without anything to tell (one value only) are left out. Throws Error{bad_input} for
  /// columns named in the options that are not there, and when no column is left.
  [[nodiscard]] static FeatureEncoder learn(const RawFeatures& raw, const EncoderOptions& options);

  /// The features of every row. Throws Error{bad_input} when a column is missing or a number is none.
  [[nodiscard]] Features encode(const RawFeatures& raw) const;
  [[nodiscard]] std::size_t column_count() const { return column_count_; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

  void write(ByteWriter& to) const;
  /// Throws Error{bad_input} for what `write` never writes.
  [[nodiscard]] static FeatureEncoder read(ByteReader& in);

 private:
  void number_features();
  void add_words(std::string_view text, std::uint64_t seed, std::vector<std::pair<std::uint32_t, float>>& to) const;

  std::vector<Column> columns_;
  std::uint32_t words_together_ = 2;
  std::uint32_t hash_bits_ = 18;
  std::uint32_t hash_first_ = 0;
  std::size_t column_count_ = 0;
};

}  // namespace assay::learn
