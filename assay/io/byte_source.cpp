#include "assay/io/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/base/error.h"
#include "assay/io/read_ahead.h"

namespace assay::io {
namespace {

constexpr std::size_t kInputBytes = 1 << 18;
constexpr std::string_view kGzipMagic("\x1f\x8b", 2);
constexpr std::string_view kZstdMagic("\x28\xb5\x2f\xfd", 4);

class FileSource final : public ByteSource {
 public:
  FileSource(const std::string& path, std::atomic<std::uint64_t>* raw_bytes)
      : name_(display_name(path)), raw_bytes_(raw_bytes) {
    file_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) fail();
    struct stat status{};
    if (::fstat(file_, &status) == 0 && S_ISDIR(status.st_mode)) {
      ::close(file_);
      throw bad_input("is a folder, a file is needed", name_);
    }
  }
  ~FileSource() override {
    if (file_ > STDERR_FILENO) ::close(file_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    for (;;) {
      const ssize_t got = ::read(file_, to, size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail();
      if (raw_bytes_ != nullptr) *raw_bytes_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::unavailable, std::string("can't be read: ") + std::strerror(errno), name_);
  }
  std::string name_;
  std::atomic<std::uint64_t>* raw_bytes_;
  int file_ = -1;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(const std::string& bytes) : rest_(bytes) {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t n = std::min(size, rest_.size());
    std::copy_n(rest_.data(), n, to);
    rest_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view rest_;
};

// Gives back the bytes that were read to recognise the kind, then the rest.
class Replayed final : public ByteSource {
 public:
  Replayed(std::string first, std::unique_ptr<ByteSource> rest) : first_(std::move(first)), rest_(std::move(rest)) {}
  std::size_t read(char* to, std::size_t size) override {
    if (given_ == first_.size()) return rest_->read(to, size);
    const std::size_t n = std::min(size, first_.size() - given_);
    std::copy_n(first_.data() + given_, n, to);
    given_ += n;
    return n;
  }

 private:
  std::string first_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

class GzipSource final : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> from, std::string name)
      : from_(std::move(from)), name_(std::move(name)), input_(kInputBytes) {
    constexpr int kGzipWindow = 15 + 16;
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw Error(ErrorCode::unavailable, "no memory for gzip", name_);
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1U << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0 && !refill()) {
        if (in_member_) throw bad_input("the gzip data end too early", name_);
        return 0;
      }
      if (!in_member_) {
        inflateReset(&stream_);
        in_member_ = true;
      }
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) in_member_ = false;
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        throw bad_input("the gzip data are broken", name_);
      }
    }
    return wanted - stream_.avail_out;
  }

 private:
  bool refill() {
    const std::size_t n = from_->read(input_.data(), input_.size());
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(n);
    return n > 0;
  }
  std::unique_ptr<ByteSource> from_;
  std::string name_;
  std::vector<char> input_;
  z_stream stream_{};
  bool in_member_ = true;
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> from, std::string name)
      : from_(std::move(from)), name_(std::move(name)), input_(kInputBytes), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw Error(ErrorCode::unavailable, "no memory for zstd", name_);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size && !has_more_output_ && !refill()) {
        if (in_frame_) throw bad_input("the zstd data end too early", name_);
        return 0;
      }
      const std::size_t status = ZSTD_decompressStream(stream_, &out, &in_);
      if (ZSTD_isError(status)) {
        throw bad_input(std::string("the zstd data are broken: ") + ZSTD_getErrorName(status), name_);
      }
      in_frame_ = status != 0;
      has_more_output_ = status != 0 && out.pos == out.size;
    }
    return out.pos;
  }

 private:
  bool refill() {
    const std::size_t n = from_->read(input_.data(), input_.size());
    in_ = {input_.data(), n, 0};
    return n > 0;
  }
  std::unique_ptr<ByteSource> from_;
  std::string name_;
  std::vector<char> input_;
  ZSTD_DStream* stream_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool in_frame_ = true;
  bool has_more_output_ = false;
};

std::string read_first(ByteSource& source, std::size_t size) {
  std::string first(size, '\0');
  std::size_t n = 0;
  while (n < size) {
    const std::size_t got = source.read(first.data() + n, size - n);
    if (got == 0) break;
    n += got;
  }
  first.resize(n);
  return first;
}

std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> raw, const std::string& name) {
  std::string first = read_first(*raw, kZstdMagic.size());
  if (first.empty()) throw bad_input("the file is empty, at least one row is needed", name);
  const bool gzip = first.starts_with(kGzipMagic);
  const bool zstd = first.starts_with(kZstdMagic);
  auto replayed = std::make_unique<Replayed>(std::move(first), std::move(raw));
  if (gzip) return std::make_unique<ReadAhead>(std::make_unique<GzipSource>(std::move(replayed), name));
  if (zstd) return std::make_unique<ReadAhead>(std::make_unique<ZstdSource>(std::move(replayed), name));
  return replayed;
}

}  // namespace

std::string display_name(const std::string& path) { return path == "-" ? "standard input" : path; }

bool is_plain_text(const std::string& path) {
  FileSource file(path, nullptr);
  const std::string first = read_first(file, kZstdMagic.size());
  return !first.starts_with(kGzipMagic) && !first.starts_with(kZstdMagic) && !first.starts_with("PAR1");
}

std::unique_ptr<ByteSource> open_bytes(const std::string& path, std::atomic<std::uint64_t>* raw_bytes) {
  return decompressed(std::make_unique<FileSource>(path, raw_bytes), display_name(path));
}

std::unique_ptr<ByteSource> open_memory(const std::string& bytes, std::string name) {
  return decompressed(std::make_unique<MemorySource>(bytes), name);
}

}  // namespace assay::io
