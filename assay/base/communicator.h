#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "assay/base/error.h"

namespace assay {

/// Where ranks stand when they agree. Two ranks at different stages are an error on both, not a deadlock.
enum class Stage : std::uint32_t {
  ready = 1,  ///< the input is read
  fit = 2,    ///< a fit begins
  pass = 4,   ///< a rank's part of a pass over the labels is counted
  end = 8,    ///< the program has nothing left to do
};

/// Several processes (or threads, in tests) that work on one thing: rank r of [0, size). All ranks make the same
/// collective calls in the same order, each from one thread. Every exchange begins with `agree`, so that a rank that
/// fails before it ends the work of all.
class Communicator {
 public:
  virtual ~Communicator() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;

  /// Begins to send; `bytes` stay as they are until finish_sends() returns.
  virtual void start_send(int to, std::span<const std::byte> bytes) = 0;
  virtual void finish_sends() = 0;
  /// Waits for the next message of `from`, which has bytes.size() bytes.
  virtual void receive(int from, std::span<std::byte> bytes) = 0;
  /// Every rank gets the bytes of `from`.
  virtual void broadcast(int from, std::span<std::byte> bytes) = 0;
  /// Every rank gets the bitwise or of all ranks' words.
  virtual void all_or(std::span<std::uint64_t> words) = 0;

  /// Waits for all ranks. Throws the same Error on all of them when one comes with a `failure`, when they are at
  /// different stages, or when their keys differ (`key` stands for what must be equal: input, options, parameters).
  /// Returns whether any of them comes with `stop`.
  bool agree(Stage stage, std::uint64_t key = 0, const Error* failure = nullptr, bool stop = false);
  /// Whether the last error of agree() is known to all ranks.
  [[nodiscard]] bool failed_together() const { return failed_together_; }

  /// The sum over ranks, in rank order and so with the bits of one rank's left-to-right sum: `add(begin, end)` adds
  /// this rank's terms, in order, to total[begin, end). Afterwards every rank has the total. The partial sum travels
  /// from rank to rank in pieces, so that ranks add at the same time.
  void ordered_sum(std::span<double> total, const std::function<void(std::size_t begin, std::size_t end)>& add);

 private:
  [[noreturn]] void share_failure(const Error* failure);
  bool failed_together_ = false;
};

/// One rank alone.
class OneRank final : public Communicator {
 public:
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }
  void start_send(int, std::span<const std::byte>) override {}
  void finish_sends() override {}
  void receive(int, std::span<std::byte>) override {}
  void broadcast(int, std::span<std::byte>) override {}
  void all_or(std::span<std::uint64_t>) override {}
};

}  // namespace assay
