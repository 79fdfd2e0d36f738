#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// An amount of money: whole millionths of one unit of a currency, which is stated once beside the amounts. Sums are
/// exact; whoever divides says where the rest goes (`round_together`, or the difference of two totals).
class Money {
 public:
  static constexpr std::int64_t kMicrosPerUnit = 1'000'000;

  constexpr Money() = default;
  [[nodiscard]] static constexpr Money of_micros(std::int64_t micros) { return Money(micros); }

  [[nodiscard]] constexpr std::int64_t micros() const { return micros_; }
  /// In units of the currency; exact to the last micro-unit below 9e9 units.
  [[nodiscard]] constexpr double units() const { return static_cast<double>(micros_) / 1e6; }

  constexpr Money& operator+=(Money other) {
    micros_ += other.micros_;
    return *this;
  }
  friend constexpr Money operator+(Money a, Money b) { return Money(a.micros_ + b.micros_); }
  friend constexpr Money operator-(Money a, Money b) { return Money(a.micros_ - b.micros_); }
  friend constexpr Money operator*(Money a, std::int64_t count) { return Money(a.micros_ * count); }
  constexpr auto operator<=>(const Money&) const = default;

 private:
  constexpr explicit Money(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

/// "0.05" or "12": no sign, at most six decimals, up to `most` units (1e9). Throws Error{bad_input} at `where`.
[[nodiscard]] Money parse_money(std::string_view text, std::string_view where);
/// "0.05", "12", "-0.000001": as many decimals as are needed, two at least where there are any.
[[nodiscard]] std::string to_text(Money amount);

/// Three capital letters, as ISO 4217 has them ("USD"). Throws Error{bad_input} at `where`.
[[nodiscard]] std::string parse_currency(std::string_view text, std::string_view where);

/// Exact amounts (micro-units, >= 0, finite) as whole micro-units whose sum is the exact sum, rounded: no unit appears
/// or vanishes. Each amount is rounded down or up; those of the largest remainders are rounded up, earlier ones first
/// among equals; a whole amount stays as it is. Throws Error{limit_exceeded} when the sum does not fit 63 bits.
[[nodiscard]] std::vector<Money> round_together(std::span<const double> micros);

}  // namespace assay
