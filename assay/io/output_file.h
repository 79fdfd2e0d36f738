#pragma once

#include <string>
#include <string_view>

namespace assay::io {

/// A file that appears under its name only when it is whole: written beside it under a temporary name, then renamed.
/// Every failure throws Error{unavailable} that names the file.
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();  ///< removes what was written unless it was committed
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  /// Writes what is left and renames; nothing may be written after it.
  void commit();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void flush();
  [[noreturn]] void fail(int reason) const;
  std::string path_;
  std::string temporary_;
  std::string buffer_;
  int handle_ = -1;
};

/// Makes a folder and those above it when absent. Throws Error at `where` (an option's name) when it can't be written
/// to.
void make_folder(const std::string& path, const std::string& where);

/// Appends a field of CSV, quoted when it must be.
void append_csv(std::string& row, std::string_view field);

}  // namespace assay::io
