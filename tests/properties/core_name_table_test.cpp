#include "assay/core/name_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace assay {
namespace {

// The table against a map: same numbers for the same names, however long, empty or full of zero bytes.
RC_GTEST_PROP(NameTable, NumbersNamesInOrderOfAppearance, (const std::vector<std::string>& names)) {
  NameTable table;
  std::map<std::string, NameTable::Index> expected;
  for (const auto& name : names) {
    const auto index = static_cast<NameTable::Index>(expected.size());
    RC_ASSERT(table.intern(name) == expected.emplace(name, index).first->second);
  }
  RC_ASSERT(table.size() == expected.size());
  for (const auto& [name, index] : expected) {
    RC_ASSERT(table.name(index) == name);
    RC_ASSERT(table.find(name) == index);
  }
  RC_ASSERT(!table.find("a name that no generator makes \xff"));
}

// Looked up in two halves of which neither knows the other's new names, then added in order: the numbers are those of
// adding one name after the other.
RC_GTEST_PROP(NameTable, NumbersBatchesAlike,
              (const std::vector<std::string>& before, const std::vector<std::string>& first,
               const std::vector<std::string>& second)) {
  NameTable expected;
  NameTable table;
  for (const auto& name : before) {
    expected.intern(name);
    table.intern(name);
  }
  // Every name twice, and some of those known.
  const auto batch_of = [&](const std::vector<std::string>& names) {
    std::vector<std::string_view> batch(names.begin(), names.end());
    batch.insert(batch.end(), before.begin(), before.end());
    batch.insert(batch.end(), names.begin(), names.end());
    return batch;
  };
  const std::vector<std::string_view> batches[] = {batch_of(first), batch_of(second)};
  std::vector<NameTable::Index> indices[2];
  std::vector<NameTable::Unknown> unknown[2];
  for (const int b : {0, 1}) {
    indices[b].resize(batches[b].size());
    table.find(batches[b], indices[b].data(), unknown[b]);
  }
  for (const int b : {0, 1}) {
    table.intern(batches[b], unknown[b], indices[b].data());
    for (std::size_t i = 0; i < batches[b].size(); ++i) RC_ASSERT(indices[b][i] == expected.intern(batches[b][i]));
  }
  RC_ASSERT(table.size() == expected.size());
}

TEST(NameTable, GrowsPastItsFirstSlots) {
  NameTable table;
  for (int round = 0; round < 2; ++round) {
    for (NameTable::Index i = 0; i < 20'000; ++i) EXPECT_EQ(table.intern("worker " + std::to_string(i)), i);
  }
  EXPECT_EQ(table.size(), 20'000u);
}

}  // namespace
}  // namespace assay
