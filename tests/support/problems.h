#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/core/label_store_builder.h"
#include "assay/core/label_table.h"

namespace assay::testing {

/// A plain three-column CSV without quoting, for test data that ships with the product; classes sorted by name.
inline LabelTable read_simple_csv(const std::string& path) {
  LabelTable table;
  LabelStoreBuilder builder;
  NameTable classes;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto first = line.find(',');
    const auto second = line.find(',', first + 1);
    const auto worker = table.workers.intern(line.substr(0, first));
    const auto item = table.items.intern(line.substr(first + 1, second - first - 1));
    builder.add(item, worker, static_cast<ClassIndex>(classes.intern(line.substr(second + 1))));
  }
  std::vector<std::string> names;
  for (NameTable::Index c = 0; c < classes.size(); ++c) names.emplace_back(classes.name(c));
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  std::vector<ClassIndex> order(names.size());
  for (std::size_t c = 0; c < names.size(); ++c) {
    order[c] = static_cast<ClassIndex>(std::lower_bound(sorted.begin(), sorted.end(), names[c]) - sorted.begin());
  }
  table.labels = builder.finish(table.items.size(), table.workers.size(), names.size(), order);
  table.classes = ClassSet(sorted);
  return table;
}

/// A crowd in which worker w is right with a probability spread evenly over [0.3, 0.95], errors uniform.
struct SimpleCrowd {
  LabelStore labels;
  std::vector<ClassIndex> truth;
  std::vector<double> accuracy;
};

inline SimpleCrowd simple_crowd(std::size_t items, std::size_t workers, std::size_t classes, std::size_t per_item,
                                std::uint64_t seed) {
  SimpleCrowd crowd;
  Random random(seed);
  for (std::size_t w = 0; w < workers; ++w) crowd.accuracy.push_back(0.3 + 0.65 * random.uniform());
  LabelStoreBuilder builder;
  for (ItemIndex item = 0; item < items; ++item) {
    const auto truth = static_cast<ClassIndex>(random.below(classes));
    crowd.truth.push_back(truth);
    for (std::size_t j = 0; j < per_item; ++j) {
      const auto worker = static_cast<WorkerIndex>(random.below(workers));
      auto label = truth;
      if (classes > 1 && random.uniform() > crowd.accuracy[worker]) {
        label = static_cast<ClassIndex>((truth + 1 + random.below(classes - 1)) % classes);
      }
      builder.add(item, worker, label);
    }
  }
  crowd.labels = builder.finish(items, workers, classes);
  return crowd;
}

}  // namespace assay::testing
