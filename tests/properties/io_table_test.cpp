// Whatever a table holds, what is written is read back the same.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "assay/base/random.h"
#include "assay/base/text.h"
#include "assay/io/output_folder.h"
#include "assay/io/text_table.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;

struct Row {
  std::string text;
  std::uint64_t integer;
  double number;
};

std::string random_text(Random& random) {
  const std::vector<std::string> parts{"a",  "b", ",",  "\"",       "\n",   "\r", " ",
                                       "\t", ";", "\\", "\xc3\xa9", "\x01", "x1", "'"};
  std::string out;
  for (auto n = random.below(6); n > 0; --n) out += parts[random.below(parts.size())];
  return out;
}

double random_number(Random& random) {
  switch (random.below(5)) {
    case 0:
      return std::numeric_limits<double>::quiet_NaN();
    case 1:
      return 0;
    case 2:
      return -1.0 / static_cast<double>(1 + random.below(1000));
    case 3:
      return std::ldexp(static_cast<double>(random.below(1U << 30)), static_cast<int>(random.below(600)) - 300);
    default:
      return static_cast<double>(random.below(1000)) / 1000;
  }
}

TEST(Tables, AreReadBackAsWritten) {
  const fs::path folder = fs::temp_directory_path() / ("assay_tables_" + std::to_string(::getpid()));
  Random random(11);
  ThreadPool threads(2);
  for (int round = 0; round < 60; ++round) {
    std::vector<Row> rows(1 + random.below(40));
    // The first text is never empty, so that no row looks blank.
    for (auto& row : rows) row = {"t" + random_text(random), random.below(1ULL << 53), random_number(random)};
    const Table table{"t",
                      {{"name, \"quoted\"", ColumnType::text},
                       {"other", ColumnType::text},
                       {"n", ColumnType::integer},
                       {"x", ColumnType::number}},
                      rows.size(),
                      [&](std::size_t part, RowSink& to) {
                        to.text(rows[part].text);
                        to.text(rows[(part + 1) % rows.size()].text.substr(1));
                        to.integer(rows[part].integer);
                        to.number(rows[part].number);
                        to.end_row();
                      }};
    for (const auto format : {TableFormat::csv, TableFormat::jsonl}) {
      OutputFolder out(folder.string());
      out.write(table, format, threads);
      out.commit();
      const TextTable back = read_table((folder / ("t." + std::string(name(format)))).string());
      ASSERT_EQ(back.row_count(), rows.size());
      ASSERT_EQ(back.header().front(), "name, \"quoted\"");
      for (std::size_t r = 0; r < rows.size(); ++r) {
        ASSERT_EQ(back.text(r, 0), rows[r].text);
        ASSERT_EQ(back.text(r, 1), rows[(r + 1) % rows.size()].text.substr(1));
        ASSERT_EQ(back.text(r, 2), std::to_string(rows[r].integer));
        const double number = back.number(r, 3);
        ASSERT_TRUE(number == rows[r].number || (std::isnan(number) && std::isnan(rows[r].number))) << shortest(number);
      }
    }
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace assay::io
