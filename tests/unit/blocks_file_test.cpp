#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "assay/base/error.h"
#include "assay/base/random.h"
#include "assay/blocks/block_file.h"
#include "assay/blocks/block_writer.h"
#include "assay/blocks/label_block.h"
#include "assay/core/label_store_builder.h"
#include "assay/io/convert.h"

namespace assay {
namespace {

using blocks::BlockFile;
using testing::HasSubstr;

// Labels of random items; some items have none, one has more than a block holds.
LabelTable random_table(std::uint64_t seed, std::size_t items, std::size_t workers, std::size_t classes, bool extras) {
  Random random(seed);
  LabelTable out;
  LabelStoreBuilder builder;
  builder.expect(extras, extras, extras);
  for (std::size_t o = 0; o < items; ++o) {
    out.items.intern("item " + std::to_string(o * 7919 % 1000003));
    const std::size_t count = o == 5 && items > 1000 ? 20000 : random.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      LabelStoreBuilder::Extras extra;
      if (extras) {
        extra.weight = 0.5F + static_cast<float>(random.below(10));
        if (random.below(3) > 0) extra.time = static_cast<double>(random.below(1000));
        if (random.below(3) > 0) extra.seconds = static_cast<float>(random.below(100));
      }
      builder.add(static_cast<ItemIndex>(o), static_cast<WorkerIndex>(random.below(workers)),
                  static_cast<ClassIndex>(random.below(classes)), extra);
    }
  }
  for (std::size_t w = 0; w < workers; ++w) out.workers.intern("wörker " + std::to_string(w));
  std::vector<std::string> names;
  for (std::size_t c = 0; c < classes; ++c) names.push_back("class " + std::to_string(c));
  out.classes = ClassSet(names);
  out.labels = builder.finish(items, workers, classes);
  out.reading.row_count = 17;
  out.reading.contradicting_count = 3;
  return out;
}

std::string file_of(const LabelTable& table) {
  const std::string path =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".assay";
  const StoreSource source(table.labels);
  io::write_block_file(path, io::named(table, source), table.reading, nullptr);
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  return bytes;
}

template <typename T>
void expect_same(std::span<const T> a, std::span<const T> b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool both_absent = std::isnan(static_cast<double>(a[i])) && std::isnan(static_cast<double>(b[i]));
    ASSERT_TRUE(both_absent || a[i] == b[i]) << i;
  }
}

void expect_same(const LabelTable& a, const LabelTable& b) {
  expect_same(a.labels.offsets(), b.labels.offsets());
  expect_same(a.labels.entries(), b.labels.entries());
  expect_same(a.labels.weights(), b.labels.weights());
  expect_same(a.labels.times(), b.labels.times());
  expect_same(a.labels.seconds(), b.labels.seconds());
  EXPECT_EQ(a.classes.names(), b.classes.names());
  ASSERT_EQ(a.items.size(), b.items.size());
  ASSERT_EQ(a.workers.size(), b.workers.size());
  for (ItemIndex o = 0; o < a.items.size(); ++o) ASSERT_EQ(a.items.name(o), b.items.name(o));
  for (WorkerIndex w = 0; w < a.workers.size(); ++w) ASSERT_EQ(a.workers.name(w), b.workers.name(w));
  EXPECT_EQ(a.reading.row_count, b.reading.row_count);
  EXPECT_EQ(a.reading.contradicting_count, b.reading.contradicting_count);
}

LabelTable table_of(const BlockFile& file) {
  ThreadPool threads(2);
  return blocks::read_table(file, threads);
}

std::string refusal_of(const std::string& bytes) {
  try {
    (void)table_of(*BlockFile::from_bytes(bytes, "f.assay"));
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::bad_input);
    return e.what();
  }
  return "";
}

TEST(BlockFile, GivesBackWhatWasWritten) {
  for (const bool extras : {false, true}) {
    for (const std::size_t items : {1U, 40U, 30000U}) {
      for (const std::size_t workers : {1U, 300U, 70000U}) {
        const auto table = random_table(items + workers, items, workers, 3, extras);
        expect_same(table, table_of(*BlockFile::from_bytes(file_of(table), "f.assay")));
      }
    }
  }
}

TEST(BlockFile, HasTheBlocksThatTheSameLabelsHaveInMemory) {
  const auto table = random_table(1, 60000, 20, 2, false);
  const auto file = BlockFile::from_bytes(file_of(table), "f.assay");
  const StoreSource source(table.labels);
  ASSERT_GT(source.block_count(), 4U);
  ASSERT_EQ(file->block_count(), source.block_count());
  for (std::size_t b = 0; b <= source.block_count(); ++b) {
    EXPECT_EQ(file->first_item(b), source.first_item(b));
    EXPECT_EQ(file->labels_before(b), source.labels_before(b));
  }
  EXPECT_EQ(fingerprint(*file), fingerprint(source));
}

TEST(BlockFile, TakesThreeToSixBytesALabelWithoutNames) {
  const auto table = random_table(1, 60000, 50000, 4, false);
  const auto file = BlockFile::from_bytes(file_of(table), "f.assay");
  const double bytes = static_cast<double>(file->label_bytes()) / static_cast<double>(table.labels.label_count());
  EXPECT_GE(bytes, 3);
  EXPECT_LE(bytes, 6);
}

// Nothing may be read behind the last byte: a whole number of pages is mapped, and nothing behind them.
TEST(BlockFile, MayEndAtTheEndOfAPage) {
  constexpr std::size_t kPage = 4096;
  LabelTable table = random_table(5, 50, 5, 3, false);
  std::string bytes = file_of(table);
  for (std::string name = "class 2"; bytes.size() % kPage != 0; bytes = file_of(table)) {
    name += std::string(kPage - bytes.size() % kPage, 'x');
    table.classes = ClassSet({"class 0", "class 1", name});
  }
  const std::string path = testing::TempDir() + "/whole_pages.assay";
  std::ofstream(path, std::ios::binary) << bytes;
  expect_same(table, table_of(BlockFile(path)));
  std::filesystem::remove(path);
}

TEST(BlockFile, RefusesEveryTruncation) {
  const std::string bytes = file_of(random_table(3, 30, 5, 3, true));
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_NE(refusal_of(bytes.substr(0, size)), "") << size;
  EXPECT_NE(refusal_of(bytes + "x"), "");
}

TEST(BlockFile, RefusesEveryChangedByte) {
  const std::string bytes = file_of(random_table(3, 30, 5, 3, true));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      EXPECT_NE(refusal_of(damaged), "") << at;
    }
  }
}

TEST(BlockFile, NamesTheBlockThatIsDamagedOrCut) {
  const auto table = random_table(1, 60000, 20, 2, false);
  std::string bytes = file_of(table);
  const auto file = BlockFile::from_bytes(bytes, "f.assay");
  const auto third = blocks::decode_entry(
      std::string_view(bytes).substr(blocks::decode_header(bytes, "").directory_offset + 2 * blocks::kEntryBytes));
  EXPECT_THAT(refusal_of(bytes.substr(0, third.offset + 100)), HasSubstr("cut short in block 2 of "));
  bytes[third.offset + 50] = static_cast<char>(bytes[third.offset + 50] ^ 1);
  EXPECT_THAT(refusal_of(bytes), HasSubstr("f.assay: block 2 (labels 2, bytes"));
}

TEST(LabelBlock, RefusesWhatChecksumsCannotSee) {
  const LabelShape shape{2, 2, 2, 3, true, false, false};
  LabelStore store(2, 2, {{0, 2, 3}, {0, 3, 1}, {1, 2, 1}});
  const std::string good = blocks::encode_labels({store, 0, 2, 0}, shape);
  LabelStore room;
  EXPECT_FALSE(blocks::decode_labels(good, shape, room));
  const auto fault_with = [&](std::size_t at, char value) {
    std::string bad = good;
    bad[at] = value;
    return blocks::decode_labels(bad, shape, room).value_or("");
  };
  EXPECT_THAT(fault_with(18, 4), HasSubstr("an entry is 4"));
  EXPECT_THAT(fault_with(16, 1), HasSubstr("do not sum"));
  EXPECT_THAT(fault_with(0, 3), HasSubstr("size does not match"));
  EXPECT_THAT(fault_with(9, 7), HasSubstr("not one of this version"));
  EXPECT_THAT(fault_with(good.size() - 1, static_cast<char>(0xbf)), HasSubstr("weight"));
  std::vector<std::string_view> names;
  const std::string encoded = blocks::encode_names({"a", "ü"});  // the names point into it
  EXPECT_FALSE(blocks::decode_names(encoded, names));
  EXPECT_EQ(names, (std::vector<std::string_view>{"a", "ü"}));
  std::string cut = blocks::encode_names({"ü", "b"});
  cut[8] = 1;
  cut[9] = 2;
  EXPECT_THAT(blocks::decode_names(cut, names).value_or(""), HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace assay
