#include "assay/base/rank_threads.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "assay/base/check.h"

namespace assay {
namespace {

// What all ranks share: messages on their way, by sender and receiver.
class Post {
 public:
  explicit Post(int size)
      : size_(size), boxes_(static_cast<std::size_t>(size) * static_cast<std::size_t>(size)), gone_(size) {}

  [[nodiscard]] int size() const { return size_; }

  void put(int from, int to, std::span<const std::byte> bytes) {
    const std::lock_guard lock(mutex_);
    box(from, to).emplace_back(bytes.begin(), bytes.end());
    changed_.notify_all();
  }

  void take(int from, int to, std::span<std::byte> bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !box(from, to).empty() || gone_[static_cast<std::size_t>(from)]; });
    if (box(from, to).empty()) throw Error(ErrorCode::unavailable, "rank " + std::to_string(from) + " is gone");
    const std::vector<std::byte> message = std::move(box(from, to).front());
    box(from, to).pop_front();
    ASSAY_ASSERT(message.size() == bytes.size());
    std::copy(message.begin(), message.end(), bytes.begin());
  }

  void leave(int rank) {
    const std::lock_guard lock(mutex_);
    gone_[static_cast<std::size_t>(rank)] = true;
    changed_.notify_all();
  }

 private:
  std::deque<std::vector<std::byte>>& box(int from, int to) {
    return boxes_[static_cast<std::size_t>(from) * static_cast<std::size_t>(size_) + static_cast<std::size_t>(to)];
  }
  int size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::deque<std::vector<std::byte>>> boxes_;
  std::vector<bool> gone_;
};

class RankThread final : public Communicator {
 public:
  RankThread(Post& post, int rank) : post_(post), rank_(rank) {}
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return post_.size(); }
  void start_send(int to, std::span<const std::byte> bytes) override { post_.put(rank_, to, bytes); }
  void finish_sends() override {}
  void receive(int from, std::span<std::byte> bytes) override { post_.take(from, rank_, bytes); }

  void broadcast(int from, std::span<std::byte> bytes) override {
    if (rank_ != from) return receive(from, bytes);
    for (int r = 0; r < size(); ++r) {
      if (r != from) start_send(r, bytes);
    }
  }

  void all_or(std::span<std::uint64_t> words) override {
    if (rank_ == 0) {
      std::vector<std::uint64_t> other(words.size());
      for (int r = 1; r < size(); ++r) {
        receive(r, std::as_writable_bytes(std::span(other)));
        for (std::size_t i = 0; i < words.size(); ++i) words[i] |= other[i];
      }
    } else {
      start_send(0, std::as_bytes(words));
    }
    broadcast(0, std::as_writable_bytes(words));
  }

 private:
  Post& post_;
  int rank_;
};

}  // namespace

void run_rank_threads(int size, const std::function<void(Communicator&)>& work) {
  Post post(size);
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(size));
  std::vector<std::thread> threads;
  for (int r = 0; r < size; ++r) {
    threads.emplace_back([&, r] {
      RankThread ranks(post, r);
      try {
        work(ranks);
      } catch (...) {
        errors[static_cast<std::size_t>(r)] = std::current_exception();
      }
      post.leave(r);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace assay
