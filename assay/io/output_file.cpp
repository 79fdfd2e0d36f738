#include "assay/io/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "assay/base/error.h"

namespace assay::io {
namespace {

constexpr std::size_t kBufferBytes = 1U << 18;
constexpr int kReadableByAll = 0666;  // less the umask

}  // namespace

OutputFile::OutputFile(std::string path)
    : path_(std::move(path)), temporary_(path_ + ".part" + std::to_string(getpid())) {
  handle_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kReadableByAll);
  if (handle_ < 0) fail(errno);
  buffer_.reserve(kBufferBytes);
}

OutputFile::~OutputFile() {
  if (handle_ < 0) return;
  ::close(handle_);
  ::unlink(temporary_.c_str());
}

void OutputFile::fail(int reason) const {
  throw Error(ErrorCode::unavailable, std::string("cannot write: ") + std::strerror(reason), path_);
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputFile::flush() {
  const char* at = buffer_.data();
  std::size_t left = buffer_.size();
  while (left > 0) {
    const ssize_t written = ::write(handle_, at, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno);
    at += written;
    left -= static_cast<std::size_t>(written);
  }
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  const int closed = ::close(std::exchange(handle_, -1));
  const int reason = closed == 0 && std::rename(temporary_.c_str(), path_.c_str()) == 0 ? 0 : errno;
  if (reason == 0) return;
  ::unlink(temporary_.c_str());
  fail(reason);
}

void make_folder(const std::string& path, const std::string& where) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  std::error_code ignored;
  if (failed || !std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::unavailable,
                "cannot make the folder \"" + path + "\": " + (failed ? failed.message() : "a file has that name"),
                where);
  }
  if (::access(path.c_str(), W_OK) != 0) {
    throw Error(ErrorCode::unavailable, "cannot write to the folder \"" + path + "\": " + std::strerror(errno), where);
  }
}

void append_csv(std::string& row, std::string_view field) {
  const bool has_edge_blank = !field.empty() && (field.front() == ' ' || field.back() == ' ');
  if (!has_edge_blank && field.find_first_of(",\"\r\n") == std::string_view::npos) {
    row += field;
    return;
  }
  row += '"';
  for (const char c : field) {
    if (c == '"') row += '"';
    row += c;
  }
  row += '"';
}

}  // namespace assay::io
