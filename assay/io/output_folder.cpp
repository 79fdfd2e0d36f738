#include "assay/io/output_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/options.h"
#include "assay/io/parquet.h"
#include "assay/io/row_writers.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kFormats = {"csv", "jsonl", "parquet"};

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw Error(ErrorCode::unavailable, what + ": " + std::strerror(errno), path);
}

// A file that is only ever appended to.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "wb"), &std::fclose) {
    if (!file_) fail("can't be written", path_);
  }
  void append(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail("can't be written", path_);
  }
  void close() {
    if (std::fclose(file_.release()) != 0) fail("can't be written", path_);
  }

 private:
  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

void make_folder(const fs::path& path) {
  if (path.empty()) return;
  std::error_code failed;
  fs::create_directories(path, failed);
  if (!fs::is_directory(path)) {
    throw Error(ErrorCode::unavailable, "the folder can't be made: " + (failed ? failed.message() : "a file is there"),
                path.string());
  }
}

std::string temporary_name(const std::string& file_name) {
  return "." + file_name + "." + std::to_string(::getpid()) + ".part";
}

}  // namespace

TableFormat table_format(std::string_view name, std::string_view option) {
  const auto& found = option_parsing::choice(option, name, kFormats);
  return static_cast<TableFormat>(std::find(kFormats.begin(), kFormats.end(), found) - kFormats.begin());
}

std::string_view name(TableFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

OutputFolder::OutputFolder(std::string path) : path_(std::move(path)) { make_folder(path_); }

OutputFolder::~OutputFolder() {
  for (const auto& file : pending_) {
    std::error_code ignored;
    fs::remove(file.temporary, ignored);
  }
}

std::string OutputFolder::add(const std::string& file_name) {
  const fs::path folder(path_);
  pending_.push_back({(folder / temporary_name(file_name)).string(), (folder / file_name).string()});
  return pending_.back().temporary;
}

void OutputFolder::write(const Table& table, TableFormat format, ThreadPool& threads, Progress* progress) {
  if (format == TableFormat::parquet) {
    write_parquet(table, add(table.name + ".parquet"));
  } else {
    write_rows(table, format, threads, progress);
  }
}

// Parts are made by all threads, a few at a time, and appended in order.
void OutputFolder::write_rows(const Table& table, TableFormat format, ThreadPool& threads, Progress* progress) {
  OutputFile file(add(table.name + "." + std::string(name(format))));
  if (format == TableFormat::csv) file.append(csv_header(table));
  const std::size_t at_once = 4 * threads.thread_count();
  std::vector<std::string> texts(at_once);
  for (std::size_t begin = 0; begin < table.part_count; begin += at_once) {
    const std::size_t n = std::min(at_once, table.part_count - begin);
    threads.run(n, [&](std::size_t i) {
      const auto sink = format == TableFormat::csv ? make_csv_sink(table) : make_jsonl_sink(table);
      table.rows(begin + i, *sink);
      texts[i] = sink->take();
    });
    for (std::size_t i = 0; i < n; ++i) file.append(texts[i]);
    if (progress != nullptr) progress->update("writing", begin + n, table.part_count);
  }
  file.close();
}

void OutputFolder::write_text(const std::string& file_name, std::string_view text) {
  OutputFile file(add(file_name));
  file.append(text);
  file.close();
}

void OutputFolder::commit() {
  for (const auto& file : pending_) {
    if (std::rename(file.temporary.c_str(), file.final_name.c_str()) != 0)
      fail("can't be put in place", file.final_name);
  }
  pending_.clear();
}

void write_file(const std::string& path, std::string_view text) {
  const fs::path target(path);
  OutputFolder folder(target.has_parent_path() ? target.parent_path().string() : ".");
  folder.write_text(target.filename().string(), text);
  folder.commit();
}

}  // namespace assay::io
