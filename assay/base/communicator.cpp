#include "assay/base/communicator.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace assay {
namespace {

constexpr std::uint64_t kFailed = 1;
constexpr std::uint64_t kStop = 2;
constexpr int kStageBits = 8;
// Long enough to hide a message's latency, short enough that the second rank soon has something to do.
constexpr std::size_t kPiece = 1 << 16;

bool is_one_bit(std::uint64_t word) { return (word & (word - 1)) == 0; }

struct Report {
  std::uint64_t code = 0;  // 0: nothing, else ErrorCode + 1
  std::string message, where;
};

void send_text(Communicator& ranks, int to, const std::string& text, std::uint64_t& length) {
  length = text.size();
  ranks.start_send(to, std::as_bytes(std::span(&length, 1)));
  ranks.start_send(to, std::as_bytes(std::span(text)));
}

std::string receive_text(Communicator& ranks, int from) {
  std::uint64_t length = 0;
  ranks.receive(from, std::as_writable_bytes(std::span(&length, 1)));
  std::string text(length, '\0');
  ranks.receive(from, std::as_writable_bytes(std::span(text)));
  return text;
}

void broadcast_text(Communicator& ranks, std::string& text) {
  std::uint64_t length = text.size();
  ranks.broadcast(0, std::as_writable_bytes(std::span(&length, 1)));
  text.resize(length);
  ranks.broadcast(0, std::as_writable_bytes(std::span(text)));
}

// The report of the lowest rank that has one, which says so unless it is rank 0.
Report first_report(Communicator& ranks, Report mine) {
  for (int r = 1; r < ranks.size(); ++r) {
    Report other;
    ranks.receive(r, std::as_writable_bytes(std::span(&other.code, 1)));
    other.message = receive_text(ranks, r);
    other.where = receive_text(ranks, r);
    if (mine.code != 0 || other.code == 0) continue;
    mine = other;
    mine.message += " (on rank " + std::to_string(r) + " of " + std::to_string(ranks.size()) + ")";
  }
  return mine;
}

void send_report(Communicator& ranks, const Report& mine) {
  std::array<std::uint64_t, 2> lengths{};
  ranks.start_send(0, std::as_bytes(std::span(&mine.code, 1)));
  send_text(ranks, 0, mine.message, lengths[0]);
  send_text(ranks, 0, mine.where, lengths[1]);
  ranks.finish_sends();
}

}  // namespace

bool Communicator::agree(Stage stage, std::uint64_t key, const Error* failure, bool stop) {
  if (size() == 1) {
    if (failure != nullptr) throw *failure;
    return stop;
  }
  const std::uint64_t own = (failure != nullptr ? kFailed : 0) | (stop ? kStop : 0);
  std::array<std::uint64_t, 3> words = {own | static_cast<std::uint64_t>(stage) << kStageBits, key, ~key};
  all_or(words);
  if ((words[0] & kFailed) != 0) share_failure(failure);
  failed_together_ = true;
  if (!is_one_bit(words[0] >> kStageBits))
    throw Error(ErrorCode::unavailable, "ranks disagree about what comes next; all must run on machines of one kind");
  if ((words[1] & words[2]) != 0) {
    throw bad_input(stage == Stage::pass
                        ? "ranks came to different parameters; all must run the same program on machines of one kind"
                        : "ranks were given different labels, gold, costs, priors or options; all must get the same");
  }
  failed_together_ = false;
  return (words[0] & kStop) != 0;
}

void Communicator::share_failure(const Error* failure) {
  Report report;
  if (failure != nullptr)
    report = {static_cast<std::uint64_t>(failure->code()) + 1, failure->message(), failure->where()};
  if (rank() == 0)
    report = first_report(*this, std::move(report));
  else
    send_report(*this, report);
  broadcast(0, std::as_writable_bytes(std::span(&report.code, 1)));
  broadcast_text(*this, report.message);
  broadcast_text(*this, report.where);
  failed_together_ = true;
  throw Error(static_cast<ErrorCode>(report.code - 1), report.message, report.where);
}

void Communicator::ordered_sum(std::span<double> total, const std::function<void(std::size_t, std::size_t)>& add) {
  const int last = size() - 1;
  for (std::size_t begin = 0; begin < total.size(); begin += kPiece) {
    const std::size_t end = std::min(total.size(), begin + kPiece);
    const auto piece = total.subspan(begin, end - begin);
    if (rank() == 0)
      std::fill(piece.begin(), piece.end(), 0.0);
    else
      receive(rank() - 1, std::as_writable_bytes(piece));
    add(begin, end);
    if (rank() < last) start_send(rank() + 1, std::as_bytes(piece));
  }
  finish_sends();
  if (last > 0) broadcast(last, std::as_writable_bytes(total));
}

}  // namespace assay
