#pragma once

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/progress.h"

namespace assay::app {

/// Where a command writes for people: results to `out`, everything else to `err`. Colour only where both the stream is
/// a terminal and NO_COLOR is not set.
class Terminal {
 public:
  Terminal(std::ostream& out, std::ostream& err, bool out_is_terminal, bool err_is_terminal);

  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  [[nodiscard]] bool err_is_terminal() const { return err_is_terminal_; }

  [[nodiscard]] std::string bold(std::string_view text) const;
  [[nodiscard]] std::string dim(std::string_view text) const;
  [[nodiscard]] std::string warn(std::string_view text) const;

 private:
  [[nodiscard]] std::string styled(std::string_view text, const char* code) const;
  std::ostream& out_;
  std::ostream& err_;
  bool color_;
  bool err_is_terminal_;
};

/// Rows of text in aligned columns; the first row is the heading. Columns whose other cells all look like numbers are
/// aligned to the right.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view indent = "  ");

/// The text broken between words into lines that end before column `width`; lines after the first are indented.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

/// A number for people: four significant digits, thousands separated.
[[nodiscard]] std::string readable(double value);
[[nodiscard]] std::string readable_count(std::uint64_t value);
/// A count and its noun: "1 label", "2,000 labels"; `plural` "" adds an s.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural = {});
/// `decimals` digits after the point, "-" for NaN.
[[nodiscard]] std::string decimal(double value, int decimals = 3);

/// Draws a bar on the terminal's error stream, once the work has taken a second; nothing elsewhere.
class ProgressBar final : public Progress {
 public:
  explicit ProgressBar(Terminal& terminal, bool quiet);
  ~ProgressBar() override;
  void update(std::string_view what, std::uint64_t done, std::uint64_t total) override;

 private:
  using Clock = std::chrono::steady_clock;
  std::string rate_of(std::string_view what, std::uint64_t done, std::uint64_t total, Clock::time_point now);

  Terminal& terminal_;
  bool active_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_{};
  std::string part_;  // of the work
  std::uint64_t part_first_ = 0, part_done_ = 0;
  Clock::time_point part_start_{};
};

}  // namespace assay::app
