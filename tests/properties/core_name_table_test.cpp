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

TEST(NameTable, GrowsPastItsFirstSlots) {
  NameTable table;
  for (int round = 0; round < 2; ++round) {
    for (NameTable::Index i = 0; i < 20'000; ++i) EXPECT_EQ(table.intern("worker " + std::to_string(i)), i);
  }
  EXPECT_EQ(table.size(), 20'000u);
}

}  // namespace
}  // namespace assay
