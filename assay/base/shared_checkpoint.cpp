#include "assay/base/shared_checkpoint.h"

#include <cstdint>
#include <span>

namespace assay {

std::string SharedCheckpoint::load() {
  std::string state = own_ != nullptr ? own_->load() : "";
  ranks_.agree(Stage::fit);
  std::uint64_t size = state.size();
  ranks_.broadcast(0, std::as_writable_bytes(std::span(&size, 1)));
  state.resize(size);
  ranks_.broadcast(0, std::as_writable_bytes(std::span(state)));
  return state;
}

void SharedCheckpoint::save(std::string_view state) {
  if (own_ != nullptr) own_->save(state);
}

}  // namespace assay
