#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/base/progress.h"
#include "assay/base/threads.h"
#include "assay/io/table.h"

namespace assay::io {

enum class TableFormat { csv, jsonl, parquet };

/// "csv", "jsonl" or "parquet"; throws Error{bad_input} at `option` for anything else.
[[nodiscard]] TableFormat table_format(std::string_view name, std::string_view option = "format");
/// "csv", "jsonl" or "parquet": also the ending of the files.
[[nodiscard]] std::string_view name(TableFormat format);

/// Files written together: they appear under their names only in `commit`, by rename, so that nothing is ever
/// half-written; without it they vanish, and so do the folders that were made for them. Other files of the folder stay
/// untouched.
class OutputFolder {
 public:
  /// Makes the folder (and those above it) if absent. Throws Error{unavailable}.
  explicit OutputFolder(std::string path);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// `progress` may be null.
  void write(const Table& table, TableFormat format, ThreadPool& threads, Progress* progress = nullptr);
  void write_text(const std::string& file_name, std::string_view text);
  /// The path at which a file that the caller writes himself is to be made; like the others it gets its name in
  /// `commit`. Throws Error{bad_input} when what has that name is not a file.
  [[nodiscard]] std::string add(const std::string& file_name);
  void commit();

 private:
  struct Pending {
    std::string temporary;
    std::string final_name;
  };
  class File;  // one of them while it is written
  const Pending& pend(const std::string& file_name);
  [[nodiscard]] File open(const std::string& file_name);
  void write_rows(const Table& table, TableFormat format, ThreadPool& threads, Progress* progress);

  std::string path_;
  std::vector<std::string> made_;  // folders, outer ones first
  std::vector<Pending> pending_;
};

/// Writes one file at `path` by rename, making its folder if absent; for a report or an export.
void write_file(const std::string& path, std::string_view text);

}  // namespace assay::io
