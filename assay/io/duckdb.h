#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/io/table.h"

namespace assay::io {

/// An in-memory DuckDB database, through the library's C interface, loaded when it is first needed. Nothing is fetched
/// from anywhere: extensions neither load nor install by themselves.
class DuckDb {
 public:
  /// Looks for libduckdb.so in $ASSAY_DUCKDB (a file or a folder), beside the program, in ../lib/assay and ../lib from
  /// there, then where the system keeps libraries. Throws Error{unavailable} with the remedy when it is nowhere.
  DuckDb();
  ~DuckDb();
  DuckDb(const DuckDb&) = delete;
  DuckDb& operator=(const DuckDb&) = delete;

  /// Runs a statement. Throws Error{bad_input} at `where` with the library's words when it fails.
  void run(const std::string& sql, const std::string& where);

  /// The texts of one row of a query whose columns are all VARCHAR; NULL is an empty text.
  using Row = std::function<void(std::span<const std::string_view> fields)>;
  /// Runs a query; calls `names` once, then `row` for each row, then `chunk_done` while the last rows' texts still
  /// live.
  void query(const std::string& sql, const std::string& where,
             const std::function<void(const std::vector<std::string>&)>& names, const Row& row,
             const std::function<void()>& chunk_done);

  /// Creates the table `name` and fills it.
  void fill(const Table& table, const std::string& name, const std::string& where);

 private:
  void* database_ = nullptr;
  void* connection_ = nullptr;
};

/// 'text' with its quotes doubled.
[[nodiscard]] std::string sql_text(std::string_view text);
/// "name" with its quotes doubled.
[[nodiscard]] std::string sql_name(std::string_view name);

}  // namespace assay::io
