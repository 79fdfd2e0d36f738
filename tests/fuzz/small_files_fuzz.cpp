// Gold, classes, costs and priors: what is accepted is what the rest of the program relies on.
#include <cmath>
#include <cstdint>
#include <string>

#include "assay/base/check.h"
#include "assay/base/error.h"
#include "assay/io/small_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

template <typename Read>
void try_to(Read read) {
  try {
    read();
  } catch (const assay::Error&) {
  }
}

void check_costs(const assay::CostMatrix& costs) {
  for (std::size_t t = 0; t < costs.class_count(); ++t) {
    for (std::size_t d = 0; d < costs.class_count(); ++d) {
      ASSAY_ASSERT(costs(t, d) >= 0 && std::isfinite(costs(t, d)));
    }
  }
}

void check_priors(const std::vector<double>& priors) {
  double sum = 0;
  for (const double p : priors) {
    ASSAY_ASSERT(p >= 0 && p <= 1 + 1e-9);
    sum += p;
  }
  ASSAY_ASSERT(priors.empty() || std::abs(sum - 1) < 1e-9);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::io;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const assay::ClassSet classes({"a", "b"});
  try_to([&] { (void)gold_of(read_table_text(bytes, "gold", headerless_gold())); });
  try_to([&] { (void)classes_of(read_table_text(bytes, "classes")); });
  try_to([&] { check_costs(costs_of(read_table_text(bytes, "costs", headerless_costs()), classes)); });
  try_to([&] { check_priors(priors_of(read_table_text(bytes, "priors", headerless_priors()), classes)); });
  return 0;
}
