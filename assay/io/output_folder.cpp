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
#include "assay/io/output_guard.h"
#include "assay/io/parquet.h"
#include "assay/io/row_writers.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kFormats = {"csv", "jsonl", "parquet"};

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw Error(ErrorCode::unavailable, what + ": " + std::strerror(errno), path);
}

// Returns the folders that were not there, outer ones first.
std::vector<std::string> make_folder(const fs::path& path) {
  std::vector<std::string> made;
  if (path.empty()) return made;
  std::error_code failed;
  for (fs::path part = path; !part.empty() && !fs::exists(part, failed); part = part.parent_path())
    made.push_back(part.string());
  std::reverse(made.begin(), made.end());
  fs::create_directories(path, failed);
  if (!fs::is_directory(path)) {
    throw Error(ErrorCode::unavailable, "the folder can't be made: " + (failed ? failed.message() : "a file is there"),
                path.string());
  }
  return made;
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

// Only ever appended to; messages name the file by the name that it is to have.
class OutputFolder::File {
 public:
  explicit File(const Pending& pending)
      : name_(pending.final_name), file_(std::fopen(pending.temporary.c_str(), "wb"), &std::fclose) {
    if (!file_) fail("can't be written", name_);
  }
  void append(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail("can't be written", name_);
  }
  void close() {
    if (std::fclose(file_.release()) != 0) fail("can't be written", name_);
  }

 private:
  std::string name_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

OutputFolder::OutputFolder(std::string path) : path_(std::move(path)), made_(make_folder(path_)) {}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  for (const auto& file : pending_) fs::remove(file.temporary, ignored);
  // A folder that holds something stays.
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);
}

OutputFolder::File OutputFolder::open(const std::string& file_name) { return File(pend(file_name)); }

std::string OutputFolder::add(const std::string& file_name) { return pend(file_name).temporary; }

const OutputFolder::Pending& OutputFolder::pend(const std::string& file_name) {
  const fs::path target = output_target((fs::path(path_) / file_name).string());
  pending_.push_back({(target.parent_path() / temporary_name(target.filename().string())).string(), target.string()});
  return pending_.back();
}

void OutputFolder::write(const Table& table, TableFormat format, ThreadPool& threads, Progress* progress) {
  if (format == TableFormat::parquet) {
    write_parquet(table, add(table.name + ".parquet"));
  } else {
    write_rows(table, format, threads, progress);
  }
}

// Parts are made by all threads, a few at a time, while one of them first appends those before in order.
void OutputFolder::write_rows(const Table& table, TableFormat format, ThreadPool& threads, Progress* progress) {
  File file = open(table.name + "." + std::string(name(format)));
  if (format == TableFormat::csv) file.append(csv_header(table));
  const std::size_t at_once = 4 * threads.thread_count();
  std::vector<std::unique_ptr<TextRowSink>> sinks(at_once);
  for (auto& sink : sinks) sink = format == TableFormat::csv ? make_csv_sink(table) : make_jsonl_sink(table);
  std::vector<std::string> made(at_once);
  std::vector<std::string> texts(at_once);
  std::size_t written = 0;
  std::size_t waiting = 0;
  while (written < table.part_count) {
    const std::size_t begin = written + waiting;
    const std::size_t n = std::min(at_once, table.part_count - begin);
    threads.run(n + 1, [&](std::size_t i) {
      if (i == 0) {
        std::for_each_n(texts.begin(), waiting, [&](const std::string& text) { file.append(text); });
      } else {
        table.rows(begin + i - 1, *sinks[i - 1]);
        sinks[i - 1]->take(made[i - 1]);
      }
    });
    written = begin;
    waiting = n;
    std::swap(made, texts);
    if (progress != nullptr) progress->update("writing", written, table.part_count);
  }
  file.close();
}

void OutputFolder::write_text(const std::string& file_name, std::string_view text) {
  File file = open(file_name);
  file.append(text);
  file.close();
}

void OutputFolder::commit() {
  for (const auto& file : pending_) {
    if (std::rename(file.temporary.c_str(), file.final_name.c_str()) != 0)
      fail("can't be put in place", file.final_name);
  }
  pending_.clear();
  made_.clear();
}

void write_file(const std::string& path, std::string_view text) {
  const fs::path target(path);
  OutputFolder folder(target.has_parent_path() ? target.parent_path().string() : ".");
  folder.write_text(target.filename().string(), text);
  folder.commit();
}

}  // namespace assay::io
