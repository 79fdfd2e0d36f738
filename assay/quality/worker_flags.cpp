#include "assay/quality/worker_flags.h"

#include <array>
#include <string_view>
#include <utility>

namespace assay::quality {

std::string to_text(WorkerFlags flags) {
  static constexpr std::array<std::pair<WorkerFlag, std::string_view>, 5> kNames = {{
      {WorkerFlag::spammer, "spammer"},
      {WorkerFlag::biased, "biased"},
      {WorkerFlag::adversarial, "adversarial"},
      {WorkerFlag::colluding, "colluding"},
      {WorkerFlag::drifting, "drifting"},
  }};
  std::string out;
  for (const auto& [flag, name] : kNames) {
    if (!flags.has(flag)) continue;
    if (!out.empty()) out += ',';
    out += name;
  }
  return out;
}

}  // namespace assay::quality
