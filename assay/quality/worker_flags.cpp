#include "assay/quality/worker_flags.h"

namespace assay::quality {

std::string_view name(WorkerFlag flag) {
  switch (flag) {
    case WorkerFlag::spammer:
      return "spammer";
    case WorkerFlag::biased:
      return "biased";
    case WorkerFlag::adversarial:
      return "adversarial";
    case WorkerFlag::colluding:
      return "colluding";
    case WorkerFlag::drifting:
      return "drifting";
  }
  return "";
}

std::string to_text(WorkerFlags flags) {
  std::string out;
  for (const WorkerFlag flag : kAllWorkerFlags) {
    if (!flags.has(flag)) continue;
    if (!out.empty()) out += ',';
    out += name(flag);
  }
  return out;
}

}  // namespace assay::quality
