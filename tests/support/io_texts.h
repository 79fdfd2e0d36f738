#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "assay/base/error.h"
#include "assay/io/read_labels.h"

namespace assay::io::test {

/// Options as name, value pairs.
inline ReadingOptions options(const OptionValues& values = {}) {
  return make_options(reading_option_table(), values, "");
}

inline LabelsWithGold read(const std::string& text, const OptionValues& values = {}) {
  const auto chosen = options(values);
  ThreadPool threads(2);
  return read_labels_text(text, "f", chosen, threads);
}

/// What reading the text says is wrong, with its place; empty when nothing is.
inline std::string fault(const std::string& text, const OptionValues& values = {}) {
  try {
    read(text, values);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// "worker item label" of each label, by item.
inline std::vector<std::string> triples(const LabelTable& table) {
  std::vector<std::string> out;
  for (ItemIndex o = 0; o < table.items.size(); ++o) {
    for (const auto row : table.labels.rows(o)) {
      out.push_back(std::string(table.workers.name(table.labels.worker_of(row))) + " " +
                    std::string(table.items.name(o)) + " " + table.classes.name(table.labels.label_of(row)));
    }
  }
  return out;
}

}  // namespace assay::io::test
