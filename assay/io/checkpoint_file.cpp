#include "assay/io/checkpoint_file.h"

#include <fstream>
#include <iterator>

#include "assay/base/error.h"
#include "assay/base/hash.h"
#include "assay/blocks/layout.h"
#include "assay/io/output_folder.h"

namespace assay::io {
namespace {

using blocks::get;

constexpr std::string_view kMagic{
    "\x8A"
    "ASSAY\nC",
    8};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 32;

template <typename T>
void append(std::string& to, T value) {
  char bytes[sizeof(T)];
  blocks::put(bytes, value);
  to.append(bytes, sizeof bytes);
}

}  // namespace

void CheckpointFile::save(std::string_view state) {
  std::string bytes(kMagic);
  append(bytes, kVersion);
  append(bytes, std::uint32_t{0});
  append(bytes, fingerprint_);
  append(bytes, std::uint64_t{state.size()});
  bytes += state;
  append(bytes, hash_of(bytes));
  write_file(path_, bytes);
}

std::string CheckpointFile::load() {
  if (!resumes_) return "";
  std::ifstream file(path_, std::ios::binary);
  if (!file) throw Error(ErrorCode::unavailable, "can't be read: there is no state to resume from", path_);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < kHeaderBytes + 8 || !bytes.starts_with(kMagic) || get<std::uint32_t>(&bytes[8]) != kVersion ||
      get<std::uint64_t>(&bytes[24]) != bytes.size() - kHeaderBytes - 8 ||
      get<std::uint64_t>(&bytes[bytes.size() - 8]) != hash_of({bytes.data(), bytes.size() - 8})) {
    throw bad_input("is no checkpoint of this version, or damaged; one written by --checkpoint is needed", path_);
  }
  if (get<std::uint64_t>(&bytes[16]) != fingerprint_) {
    throw bad_input("belongs to other labels or options; allowed are those of the run that wrote it", path_);
  }
  return bytes.substr(kHeaderBytes, bytes.size() - kHeaderBytes - 8);
}

}  // namespace assay::io
