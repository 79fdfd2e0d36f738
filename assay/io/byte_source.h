#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace assay::io {

/// Bytes in order. Compression is taken off on the way.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` (> 0) bytes into `to`; 0 at the end.
  virtual std::size_t read(char* to, std::size_t size) = 0;
};

/// Opens a file, or standard input for "-". gzip and zstd are told by their first bytes, not by the name; several
/// compressed members in a row count as one text. Throws Error{unavailable} when it can't be opened or read,
/// Error{bad_input} when it is empty or its compressed data are broken or cut short.
/// `raw_bytes`, when given, counts the bytes taken from the file itself; compression is taken off on a thread of its
/// own, a little ahead.
[[nodiscard]] std::unique_ptr<ByteSource> open_bytes(const std::string& path,
                                                     std::atomic<std::uint64_t>* raw_bytes = nullptr);

/// The same over bytes in memory, which must outlive it; `name` is what errors call it.
[[nodiscard]] std::unique_ptr<ByteSource> open_memory(const std::string& bytes, std::string name);

/// Whether a file holds text as it is: neither compressed nor Parquet. Only for files that can be read again.
[[nodiscard]] bool is_plain_text(const std::string& path);

/// How messages name a path: "standard input" for "-".
[[nodiscard]] std::string display_name(const std::string& path);

}  // namespace assay::io
