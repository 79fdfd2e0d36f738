#include "assay/io/feature_file.h"

#include <algorithm>
#include <set>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/columns.h"
#include "assay/io/records.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

Headerless with_comments() {
  Headerless out;
  out.comments = true;
  return out;
}

}  // namespace

FeatureFile::FeatureFile(const std::string& path, const FeatureFileOptions& options)
    : FeatureFile(read_table(path, with_comments()), options) {}

FeatureFile::FeatureFile(TextTable table, const FeatureFileOptions& options) : table_(std::move(table)) {
  const auto& header = table_.header();
  if (!options.class_column.empty())
    class_ = named_column(header, options.class_column, "class_column", table_.header_place());
  if (!options.item_column.empty()) {
    item_ = named_column(header, options.item_column, "feature_item_column", table_.header_place());
  } else if (options.needs_items) {
    item_ = needed_column(header, records::Role::item, table_.header_place());
  } else {
    // Only the name itself: other synonyms ("id", "sample") may be features where items need no name.
    item_ = table_.find(records::name(records::Role::item));
  }
  if (item_ && item_ == class_) {
    throw bad_input("the column \"" + header[*item_] + "\" can't be both the item and the class", "--class-column");
  }
  if (table_.row_count() == 0)
    throw bad_input("found no row below the header, at least one is needed", table_.source());
  for (std::size_t row = 0; row < table_.row_count(); ++row) {
    const std::string number = std::to_string(row + 1);
    const std::string_view name = item_ ? table_.text(row, *item_) : std::string_view(number);
    if (name.empty()) {
      throw bad_input("the item is empty, a name is needed in the column \"" + header[*item_] + "\"",
                      table_.place(row));
    }
    if (items_.intern(name) != row) {
      throw bad_input("the item \"" + shown(name) + "\" has features already; allowed is one row an item",
                      table_.place(row));
    }
  }
}

learn::RawFeatures FeatureFile::raw() const {
  learn::RawFeatures out;
  std::vector<std::size_t> place;
  for (std::size_t c = 0; c < table_.header().size(); ++c) {
    if (c == item_ || c == class_) continue;
    place.push_back(c);
    out.columns.push_back(table_.header()[c]);
  }
  out.row_count = table_.row_count();
  out.text = [this, place](std::size_t row, std::size_t column) { return table_.text(row, place[column]); };
  out.place = [this](std::size_t row) { return table_.place(row); };
  out.source = table_.source();
  return out;
}

ClassSet FeatureFile::classes() const {
  std::set<std::string> names;
  for (std::size_t row = 0; row < table_.row_count(); ++row) {
    const auto name = table_.text(row, *class_);
    if (name.empty()) {
      throw bad_input("the class is empty, one is needed in the column \"" + table_.header()[*class_] + "\"",
                      table_.place(row));
    }
    names.emplace(name);
  }
  if (names.size() < 2) {
    throw bad_input("found only the class \"" + shown(*names.begin()) + "\" in the column \"" +
                        table_.header()[*class_] + "\", at least two are needed",
                    table_.source());
  }
  if (names.size() > 1000) {
    throw bad_input("found " + std::to_string(names.size()) + " classes in the column \"" + table_.header()[*class_] +
                        "\", allowed are 1000",
                    table_.source());
  }
  return ClassSet({names.begin(), names.end()});
}

std::vector<ClassIndex> FeatureFile::truth(const ClassSet& classes) const {
  std::vector<ClassIndex> out;
  for (std::size_t row = 0; row < table_.row_count(); ++row) {
    const auto name = table_.text(row, *class_);
    const auto found = classes.find(name);
    if (!found) {
      throw bad_input("found the unknown class \"" + shown(name) + "\" in the column \"" + table_.header()[*class_] +
                          "\"" + did_you_mean(name, classes.names()) + ", allowed are " + some_of(classes.names()),
                      table_.place(row));
    }
    out.push_back(*found);
  }
  return out;
}

}  // namespace assay::io
