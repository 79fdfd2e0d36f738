#pragma once

#include <string_view>

#include "assay/base/byte_record.h"

namespace assay::live {

/// Writes a snapshot: "assaylive", version, body, checksum.
class SnapshotWriter : public ByteWriter {
 public:
  SnapshotWriter();
};

/// Reads what SnapshotWriter wrote.
class SnapshotReader : public ByteReader {
 public:
  /// Checks the first bytes, the version and the checksum; throws Error{bad_input}.
  explicit SnapshotReader(std::string_view bytes);
};

}  // namespace assay::live
