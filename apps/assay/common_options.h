#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/error.h"
#include "assay/base/options.h"
#include "commands.h"

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

/// Throws Error{bad_input} at the first option of `options` that was given and is not `used`; `where` says with what it
/// can't be, as "--curve".
template <typename Options>
void refuse_unused(const Invocation& invocation, const OptionTable<Options>& options,
                   const std::vector<std::string_view>& used, const std::string& where) {
  for (const auto& [name, value] : pick(invocation.values, options.infos())) {
    if (std::ranges::find(used, name) == used.end()) throw bad_input("not with " + where, flag_name(name));
  }
}

}  // namespace assay::app
