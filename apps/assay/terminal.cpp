#include "terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace assay::app {
namespace {

// Columns are counted in code points: close enough for names in most scripts.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool looks_numeric(std::string_view text) {
  return text.empty() || text == "-" || text.find_first_not_of("0123456789.,-+%e ") == std::string_view::npos;
}

}  // namespace

Terminal::Terminal(std::ostream& out, std::ostream& err, bool out_is_terminal, bool err_is_terminal)
    : out_(out),
      err_(err),
      color_(out_is_terminal && std::getenv("NO_COLOR") == nullptr),
      err_is_terminal_(err_is_terminal) {}

std::string Terminal::styled(std::string_view text, const char* code) const {
  if (!color_) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

std::string Terminal::bold(std::string_view text) const { return styled(text, "1"); }
std::string Terminal::dim(std::string_view text) const { return styled(text, "2"); }
std::string Terminal::warn(std::string_view text) const { return styled(text, "33"); }

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    right.resize(widths.size(), true);
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], width_of(row[c]));
      if (&row != &rows.front() && !looks_numeric(row[c])) right[c] = false;
    }
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string padding(widths[c] - width_of(row[c]), ' ');
      line += right[c] ? padding + row[c] : row[c] + padding;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (column > indent && column + 1 + width_of(word) > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width_of(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string readable(double value) {
  if (std::isnan(value)) return "-";
  return fmt::format("{:.4g}", value);
}

std::string readable_count(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural) {
  const std::string many = plural.empty() ? std::string(noun) + "s" : std::string(plural);
  return readable_count(count) + " " + (count == 1 ? std::string(noun) : many);
}

std::string decimal(double value, int decimals) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, decimals);
}

ProgressBar::ProgressBar(Terminal& terminal, bool quiet)
    : terminal_(terminal), active_(!quiet && terminal.err_is_terminal()) {}

ProgressBar::~ProgressBar() {
  if (drawn_) terminal_.err() << "\r\033[K" << std::flush;
}

// How fast this part of the work goes and how long it takes to its end; a part begins where its count falls back.
std::string ProgressBar::rate_of(std::string_view what, std::uint64_t done, std::uint64_t total,
                                 Clock::time_point now) {
  if (what != part_ || done < part_done_) {
    part_ = what;
    part_first_ = done;
    part_start_ = now;
  }
  part_done_ = done;
  const double seconds = std::chrono::duration<double>(now - part_start_).count();
  if (seconds < 1 || done <= part_first_) return "";
  const double rate = static_cast<double>(done - part_first_) / seconds;
  const double left = static_cast<double>(total - std::min(done, total)) / rate;
  if (rate < 1) return fmt::format("  {:.0f} s left", left);
  return fmt::format("  {}/s, {:.0f} s left", readable_count(static_cast<std::uint64_t>(rate)), left);
}

void ProgressBar::update(std::string_view what, std::uint64_t done, std::uint64_t total) {
  if (!active_) return;
  const auto now = Clock::now();
  using namespace std::chrono_literals;
  if (now - start_ < 1s || now - last_ < 100ms) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string line;
  if (total > 0) {
    constexpr std::size_t kWidth = 30;
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(share * kWidth);
    line = fmt::format("{:<10} [{}{}] {:3.0f}%  {:.0f} s{}", what, std::string(filled, '#'),
                       std::string(kWidth - filled, '.'), 100 * share, seconds, rate_of(what, done, total, now));
  } else {
    line = fmt::format("{:<10} {}  {:.0f} s", what, readable_count(done), seconds);
  }
  terminal_.err() << "\r" << line << "\033[K" << std::flush;
}

}  // namespace assay::app
