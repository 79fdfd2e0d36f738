#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace assay {

/// A fork-join pool. Which thread runs which index is left open, so work must be cut into pieces whose number and
/// borders depend on the data alone, and be reduced in a fixed order: then results do not depend on the thread count.
class ThreadPool {
 public:
  /// `thread_count` >= 1 counts the calling thread; 0 takes as many as the machine has cores.
  explicit ThreadPool(std::size_t thread_count = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] std::size_t thread_count() const;

  /// Calls task(i) for i in [0, count), in any order, on any thread, and returns when all are done. The first exception
  /// is rethrown here (the remaining pieces are skipped). Not reentrant: a task must not call run on the same pool.
  void run(std::size_t count, const std::function<void(std::size_t)>& task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assay
