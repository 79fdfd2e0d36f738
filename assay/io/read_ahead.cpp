#include "assay/io/read_ahead.h"

#include <algorithm>
#include <utility>

namespace assay::io {

ReadAhead::ReadAhead(std::unique_ptr<ByteSource> from) : from_(std::move(from)), thread_([this] { fill_all(); }) {}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

// False at the end.
bool ReadAhead::fill(Buffer& buffer) {
  buffer.bytes.resize(kBufferBytes);
  buffer.size = 0;
  while (buffer.size < kBufferBytes) {
    const std::size_t got = from_->read(buffer.bytes.data() + buffer.size, kBufferBytes - buffer.size);
    if (got == 0) return false;
    buffer.size += got;
  }
  return true;
}

void ReadAhead::fill_all() {
  for (bool goes_on = true; goes_on;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || filled_ < read_ + kBuffers; });
    if (stop_) return;
    Buffer& buffer = buffers_[filled_ % kBuffers];
    lock.unlock();
    std::exception_ptr failure;
    try {
      goes_on = fill(buffer);
    } catch (...) {
      failure = std::current_exception();
      goes_on = false;
    }
    lock.lock();
    // What came before a fault is read first; an empty buffer is the end.
    filled_ += buffer.size > 0 ? 1 : 0;
    failure_ = failure;
    stop_ = stop_ || !goes_on;
    lock.unlock();
    changed_.notify_all();
  }
}

std::size_t ReadAhead::read(char* to, std::size_t size) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return read_ < filled_ || stop_; });
  if (read_ == filled_) {
    if (failure_) std::rethrow_exception(failure_);
    return 0;
  }
  Buffer& buffer = buffers_[read_ % kBuffers];
  lock.unlock();
  const std::size_t n = std::min(size, buffer.size - taken_);
  std::copy_n(buffer.bytes.data() + taken_, n, to);
  taken_ += n;
  if (taken_ < buffer.size) return n;
  taken_ = 0;
  lock.lock();
  ++read_;
  lock.unlock();
  changed_.notify_all();
  return n;
}

}  // namespace assay::io
