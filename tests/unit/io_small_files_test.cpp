#include "assay/io/small_files.h"

#include <functional>

#include "assay/io/read_input.h"
#include "tests/support/io_texts.h"

namespace assay::io::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ClassSet kClasses({"a", "b"});

std::string fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

CostMatrix costs(const std::string& text) { return costs_of(read_table_text(text, "c", headerless_costs()), kClasses); }
std::vector<double> priors(const std::string& text) {
  return priors_of(read_table_text(text, "p", headerless_priors()), kClasses);
}
std::vector<StatedLabel> gold(const std::string& text) {
  return gold_of(read_table_text(text, "g", headerless_gold()));
}

TEST(SmallFiles, CostsAreUnderstoodUnderManyNames) {
  for (const std::string header :
       {"true,decided,cost\n", "true,assigned,cost\n", "from,to,cost\n", "true,given,cost\n", ""}) {
    const auto matrix = costs(header + "a,b,2.5\na,a,0.5\n");
    EXPECT_EQ(matrix(0, 1), 2.5) << header;
    EXPECT_EQ(matrix(1, 0), 1.0) << header;
    EXPECT_EQ(matrix(0, 0), 0.5) << header;
    EXPECT_EQ(matrix(1, 1), 0.0) << header;
  }
  EXPECT_EQ(costs("a\tb\t3\n")(0, 1), 3.0);
}

TEST(SmallFiles, FaultyCostsAreRefused) {
  EXPECT_EQ(fault_of([] { costs("true,decided,cost\na,b,1\nb,a,-1\n"); }),
            "c:3: found the cost \"-1\", allowed is a number of at least 0");
  EXPECT_THAT(fault_of([] { costs("true,decided,cost\na,b,nan\n"); }), HasSubstr("c:2: found \"nan\""));
  EXPECT_THAT(fault_of([] { costs("true,decided,cost\na,c,1\n"); }), HasSubstr("c:2: found the unknown class \"c\""));
  EXPECT_THAT(fault_of([] { costs("true,decided\na,b\n"); }), HasSubstr("found no column for the cost"));
}

TEST(SmallFiles, PriorsMustCoverTheClassesAndSumToOne) {
  EXPECT_THAT(priors("class,prior\nb,0.25\na,0.75\n"), ElementsAre(0.75, 0.25));
  EXPECT_THAT(priors("a\t0.75\nb\t0.25\n"), ElementsAre(0.75, 0.25));
  EXPECT_EQ(fault_of([] { priors("class,prior\na,0.5\nb,0.4\n"); }),
            "p: the priors sum to 0.9, allowed is 1 (within 1e-6)");
  EXPECT_THAT(fault_of([] { priors("class,prior\na,1\n"); }), HasSubstr("found no prior for the class \"b\""));
  EXPECT_THAT(fault_of([] { priors("class,prior\na,1.5\nb,-0.5\n"); }), HasSubstr("p:2: found the prior \"1.5\""));
  EXPECT_THAT(fault_of([] { priors("class,prior\na,0.5\na,0.5\n"); }),
              HasSubstr("p:3: the class \"a\" has a prior already"));
}

TEST(SmallFiles, GoldIsReadWithAndWithoutNames) {
  EXPECT_EQ(gold("item,label\ni1,a\ni2,\n").size(), 1U);
  EXPECT_EQ(gold("i1\ta\ni2\tb\n").size(), 2U);
  EXPECT_THAT(fault_of([] { gold("image,species\ni1,a\n"); }), HasSubstr("found no column for the item"));
}

TEST(SmallFiles, ClassesAreAListOrAFile) {
  EXPECT_THAT(read_classes("b, a"), ElementsAre("b", "a"));
  EXPECT_THAT(fault_of([] { (void)read_classes("labels.txt"); }), HasSubstr("--classes: found \"labels.txt\""));
  EXPECT_THAT(classes_of(read_table_text("b\na\n", "c", headerless_priors())), ElementsAre("b", "a"));
  EXPECT_THAT(classes_of(read_table_text("b\t0.5\na\t0.5\n", "c", headerless_priors())), ElementsAre("b", "a"));
}

TEST(SmallFiles, TruthIsMatchedByName) {
  NameTable items;
  items.intern("i1");
  items.intern("i2");
  std::uint64_t unknown = 0;
  EXPECT_THAT(match_gold(gold("item,label\ni2,b\nnew,a\n"), items, kClasses, &unknown),
              ElementsAre(kNoClass, ClassIndex{1}));
  EXPECT_EQ(unknown, 1U);
  EXPECT_THAT(fault_of([&] { (void)match_gold(gold("item,label\ni2,b\ni2,a\n"), items, kClasses); }),
              HasSubstr("g:3: the item \"i2\""));
}

}  // namespace
}  // namespace assay::io::test
