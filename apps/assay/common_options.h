#pragma once

#include <cstdint>
#include <limits>

#include "assay/base/options.h"

namespace assay::app {

/// Options of many commands, each in one place: `Options` has the field of that name.
template <typename Options>
void add_threads(OptionTable<Options>& t) {
  t.integer("threads", &Options::threads, 0, 4096, "threads", "0 takes as many as the machine has cores");
}

template <typename Options>
void add_seed(OptionTable<Options>& t) {
  t.integer("seed", &Options::seed, 0, std::numeric_limits<std::int64_t>::max(), "", "of everything drawn at random");
}

template <typename Options>
void add_quiet(OptionTable<Options>& t) {
  t.flag("quiet", &Options::quiet, "print nothing but errors");
}

}  // namespace assay::app
