#include "assay/core/estimate.h"

namespace assay {

std::string_view name(Termination termination) {
  switch (termination) {
    case Termination::closed_form:
      return "closed_form";
    case Termination::converged:
      return "converged";
    case Termination::max_iterations:
      return "max_iterations";
    case Termination::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace assay
