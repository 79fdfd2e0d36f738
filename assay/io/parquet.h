#pragma once

#include <string>

#include "assay/io/csv_reader.h"
#include "assay/io/label_collector.h"
#include "assay/io/table.h"
#include "assay/io/text_table.h"

namespace assay::io {

/// Whether a file's first bytes are Parquet's; false for what can't be opened, and for pipes.
[[nodiscard]] bool is_parquet(const std::string& path);

/// Reads the labels of a Parquet file into the collector, through DuckDB's library (see duckdb.h).
void read_parquet_labels(const std::string& path, const ReadingOptions& options, LabelCollector& to,
                         const BlockDone& block_done);

/// Reads a Parquet file as texts, the same way.
[[nodiscard]] TextTable read_parquet_table(const std::string& path);

/// Writes a table as a Parquet file, the same way.
void write_parquet(const Table& table, const std::string& path);

}  // namespace assay::io
