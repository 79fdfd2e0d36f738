#include "assay/live/snapshot_bytes.h"

#include <string>

#include "assay/base/error.h"

namespace assay::live {
namespace {

constexpr std::string_view kFirstBytes = "assaylive";
constexpr std::uint32_t kVersion = 1;
constexpr const char* kWhere = "snapshot";

std::string_view checked(std::string_view bytes) {
  if (bytes.starts_with(kFirstBytes)) return bytes;
  throw bad_input("found no snapshot: it starts with \"" + std::string(kFirstBytes) + "\"", kWhere);
}

}  // namespace

SnapshotWriter::SnapshotWriter() : ByteWriter(kFirstBytes, kVersion) {}

SnapshotReader::SnapshotReader(std::string_view bytes)
    : ByteReader(checked(bytes), kFirstBytes, kVersion, kWhere, "a snapshot") {}

}  // namespace assay::live
