#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "assay/io/byte_source.h"

namespace assay::io {

/// The bytes of another source, which a thread of its own reads a few buffers ahead: taking compression off goes on
/// while rows are read. An Error comes where its bytes would have come.
class ReadAhead final : public ByteSource {
 public:
  explicit ReadAhead(std::unique_ptr<ByteSource> from);
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  std::size_t read(char* to, std::size_t size) override;

 private:
  static constexpr std::size_t kBuffers = 4;
  static constexpr std::size_t kBufferBytes = 1 << 19;

  struct Buffer {
    std::vector<char> bytes;
    std::size_t size = 0;  // 0: the end
  };
  void fill_all();
  bool fill(Buffer& buffer);

  std::unique_ptr<ByteSource> from_;
  std::array<Buffer, kBuffers> buffers_;
  std::size_t taken_ = 0;  // bytes of the buffer at hand; only the reader's
  std::mutex mutex_;
  std::condition_variable changed_;
  // Buffers [read_, filled_) are full; numbers count up, buffer n is buffers_[n % kBuffers].
  std::size_t read_ = 0, filled_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;  // after buffer filled_
  std::thread thread_;
};

}  // namespace assay::io
