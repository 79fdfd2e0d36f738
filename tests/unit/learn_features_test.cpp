#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "assay/base/byte_record.h"
#include "assay/base/error.h"
#include "assay/learn/saved_classifier.h"
#include "tests/support/faults.h"

namespace assay::learn {
namespace {

using assay::testing::fault;

struct Text {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  [[nodiscard]] RawFeatures raw() const {
    RawFeatures out;
    out.columns = columns;
    out.row_count = rows.size();
    out.text = [this](std::size_t r, std::size_t c) { return std::string_view(rows[r][c]); };
    out.place = [](std::size_t r) { return "f:" + std::to_string(r + 2); };
    out.source = "f";
    return out;
  }
};

std::map<std::uint32_t, float> entries(const Features& features, std::size_t row) {
  std::map<std::uint32_t, float> out;
  const auto r = features.row(row);
  for (std::size_t j = 0; j < r.columns.size(); ++j) out[r.columns[j]] = r.values[j];
  return out;
}

// Numbers 1, 3, missing: mean 2, deviation 1 by hand; categories are numbered in order.
TEST(FeatureEncoder, NumbersAndCategories) {
  const Text text{{"size", "kind", "same"}, {{"1", "b", "x"}, {"3", "a", "x"}, {"?", "b", "x"}}};
  const auto encoder = FeatureEncoder::learn(text.raw(), {});
  EXPECT_EQ(encoder.columns().size(), 2U) << "a column that is alike everywhere tells nothing";
  EXPECT_EQ(encoder.column_count(), 4U);
  const auto features = encoder.encode(text.raw());
  EXPECT_EQ(entries(features, 0), (std::map<std::uint32_t, float>{{0, -1.0F}, {3, 1.0F}}));
  EXPECT_EQ(entries(features, 1), (std::map<std::uint32_t, float>{{0, 1.0F}, {2, 1.0F}}));
  EXPECT_EQ(entries(features, 2), (std::map<std::uint32_t, float>{{1, 1.0F}, {3, 1.0F}}));
}

TEST(FeatureEncoder, NewCategoriesGiveNothingAndColumnsAreFoundByName) {
  const Text text{{"size", "kind"}, {{"1", "b"}, {"3", "a"}}};
  const Text later{{"kind", "more", "size"}, {{"c", "", "2"}}};
  const auto features = FeatureEncoder::learn(text.raw(), {}).encode(later.raw());
  EXPECT_EQ(features.row(0).columns.size(), 0U) << "2 is the mean: nothing to tell, and c is new";
}

TEST(FeatureEncoder, TextIsHashedToLengthOne) {
  const Text text{{"words"}, {{"Good, good DOG"}, {"dog good good"}, {""}}};
  EncoderOptions options;
  options.text_columns = {"words"};
  const auto encoder = FeatureEncoder::learn(text.raw(), options);
  const auto features = encoder.encode(text.raw());
  for (std::size_t row = 0; row < 2; ++row) {
    double squares = 0;
    for (const auto& [column, value] : entries(features, row)) squares += double{value} * double{value};
    EXPECT_NEAR(squares, 1, 1e-6);
  }
  EXPECT_EQ(features.row(0).columns.size(), 4U) << "good, dog, good good, good dog";
  EXPECT_EQ(features.row(2).columns.size(), 0U);
  options.words_together = 1;
  const auto single = FeatureEncoder::learn(text.raw(), options).encode(text.raw());
  EXPECT_EQ(entries(single, 0), entries(single, 1)) << "single words don't know their order";
}

TEST(FeatureEncoder, SaysWhatIsWrong) {
  const Text text{{"size", "kind"}, {{"1", "b"}, {"3", "a"}}};
  const auto encoder = FeatureEncoder::learn(text.raw(), {});
  const Text lacking{{"sise", "kind"}, {{"1", "b"}}};
  EXPECT_EQ(fault([&] { (void)encoder.encode(lacking.raw()); }),
            "f: found no column \"size\" (did you mean sise?), the classifier was trained with it");
  const Text wrong{{"size", "kind"}, {{"1", "b"}, {"big", "b"}}};
  EXPECT_EQ(fault([&] { (void)encoder.encode(wrong.raw()); }),
            "f:3: found \"big\" in the column \"size\", allowed is a number, as where the classifier was trained");
  EncoderOptions options;
  options.text_columns = {"knd"};
  EXPECT_EQ(fault([&] { (void)FeatureEncoder::learn(text.raw(), options); }),
            "--text-columns: found no column \"knd\" in f (did you mean kind?), there are size, kind");
  const Text dull{{"size"}, {{"1"}, {"1"}}};
  EXPECT_EQ(fault([&] { (void)FeatureEncoder::learn(dull.raw(), {}); }),
            "f: found no column that tells items apart, at least one is needed beside the item");
}

TrainedClassifier trained(const std::string& name) {
  const Text text{{"size", "kind", "words"},
                  {{"1", "b", "red dog"}, {"3", "a", "blue cat"}, {"?", "b", "red cat"}, {"2.5", "a", "old dog"}}};
  EncoderOptions options;
  options.text_columns = {"words"};
  options.hash_bits = 10;
  TrainedClassifier out;
  out.name = name;
  const auto classifier = find_classifier(name).make({});
  out.options = classifier->options();
  out.classes = ClassSet({"no", "yes", "perhaps"});
  out.encoder = FeatureEncoder::learn(text.raw(), options);
  const auto features = out.encoder.encode(text.raw());
  Targets targets(4, 3);
  for (std::size_t i = 0; i < 4; ++i) targets(i, i % 3) = 1;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 40; ++i) rows.push_back(i % 4);
  out.predictor = classifier->fit(features.take(rows), take_rows(targets, rows));
  return out;
}

TEST(SavedClassifier, LoadsBackBitIdentical) {
  const Text text{{"size", "kind", "words"}, {{"1", "b", "red dog"}, {"", "a", "blue horse"}, {"9", "z", ""}}};
  for (const auto& row : classifiers()) {
    const auto before = trained(row.name);
    const std::string bytes = save(before);
    const auto after = restore(bytes, "file");
    EXPECT_EQ(save(after), bytes) << row.name;
    EXPECT_EQ(after.options, before.options);
    EXPECT_EQ(after.classes.names(), before.classes.names());
    EXPECT_EQ(after.predictor->predict(after.encoder.encode(text.raw())),
              before.predictor->predict(before.encoder.encode(text.raw())));
  }
}

TEST(SavedClassifier, RefusesWhatNoProgramSaved) {
  const std::string bytes = save(trained("boosted_trees"));
  EXPECT_EQ(fault([&] { (void)restore("item,label\n", "m"); }), "m: is not a saved classifier");
  for (std::size_t cut = 0; cut < bytes.size(); cut += 97) {
    EXPECT_NE(fault([&] { (void)restore(bytes.substr(0, cut), "m"); }), "") << cut;
  }
  std::string flipped = bytes;
  flipped[bytes.size() / 2] ^= 1;
  EXPECT_EQ(fault([&] { (void)restore(flipped, "m"); }),
            "m: the checksum differs: a saved classifier is damaged or incomplete");
  std::string newer = bytes;
  newer[saved_classifier_mark().size()] = 9;
  EXPECT_EQ(fault([&] { (void)restore(newer, "m"); }),
            "m: is a saved classifier of version 9, this program reads version 1");
}

// Rightly sealed, but with trees that would never end or split on columns that are not there.
TEST(SavedClassifier, RefusesTreesThatNoneGrew) {
  const auto sealed = [](const std::function<void(ByteWriter&)>& nodes) {
    ByteWriter out(saved_classifier_mark(), kSavedClassifierVersion);
    out.text("boosted_trees");
    out.u32(0);
    out.u32(2);
    out.text("a");
    out.text("b");
    out.u32(2);
    out.u32(8);
    out.u32(1);
    out.text("x");
    out.u8(0);
    out.f64(0);
    out.f64(1);
    out.f32(0);
    nodes(out);
    return out.finish();
  };
  const auto split = [](ByteWriter& out, std::uint32_t left, std::uint32_t right, std::uint32_t column) {
    out.u32(1);
    out.u32(3);
    out.u8(1);
    out.f32(0.5F);
    out.u32(left);
    out.u32(right);
    out.u32(column);
    for (int leaf = 0; leaf < 2; ++leaf) {
      out.u8(0);
      out.f32(1);
    }
  };
  EXPECT_EQ(fault([&] { (void)restore(sealed([&](auto& out) { split(out, 1, 2, 1); }), "m"); }), "");
  const auto wrong = [&](std::uint32_t left, std::uint32_t right, std::uint32_t column) {
    return fault([&] { (void)restore(sealed([&](auto& out) { split(out, left, right, column); }), "m"); });
  };
  EXPECT_NE(wrong(0, 2, 1).find("a node's left child, allowed is 1 to 2"), std::string::npos);
  EXPECT_NE(wrong(1, 3, 1).find("a node's right child, allowed is 1 to 2"), std::string::npos);
  EXPECT_NE(wrong(1, 2, 2).find("a node's column, allowed is 0 to 1"), std::string::npos);
}

}  // namespace
}  // namespace assay::learn
