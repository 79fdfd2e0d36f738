#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::quality {

/// What deserves a second look about a worker; bits of WorkerFlags.
enum class WorkerFlag : std::uint8_t {
  spammer = 1,      ///< his labels say nothing of the items
  biased = 2,       ///< often wrong in a way that can be undone
  adversarial = 4,  ///< less often right than his labels would be by chance
  colluding = 8,    ///< copies a partner's errors
  drifting = 16,    ///< gets worse with time
};

/// Every flag, in the order of tables.
inline constexpr std::array kAllWorkerFlags = {WorkerFlag::spammer, WorkerFlag::biased, WorkerFlag::adversarial,
                                               WorkerFlag::colluding, WorkerFlag::drifting};
[[nodiscard]] std::string_view name(WorkerFlag flag);

/// A set of flags.
class WorkerFlags {
 public:
  void set(WorkerFlag flag) { bits_ = static_cast<std::uint8_t>(bits_ | static_cast<std::uint8_t>(flag)); }
  [[nodiscard]] bool has(WorkerFlag flag) const { return (bits_ & static_cast<std::uint8_t>(flag)) != 0; }
  [[nodiscard]] bool any() const { return bits_ != 0; }
  bool operator==(const WorkerFlags&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

/// "biased,drifting"; empty for no flag.
[[nodiscard]] std::string to_text(WorkerFlags flags);

}  // namespace assay::quality
