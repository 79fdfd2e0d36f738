#include "ranks.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "assay/base/error.h"
#include "assay/mpi/plugin.h"

namespace assay::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libassay_mpi.so";
constexpr const char* kVariable = "ASSAY_MPI";
constexpr std::string_view kNone = "none";

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

// mpirun says how many ranks there are; other launchers only say which rank this one is.
bool has_many_ranks() {
  if (variable(kVariable) == kNone) return false;
  const auto size = variable("OMPI_COMM_WORLD_SIZE");
  return size.empty() ? !variable("PMIX_RANK").empty() : size != "1";
}

std::vector<std::string> places() {
  const auto given = variable(kVariable);
  if (!given.empty()) return {std::string(given)};
  std::vector<std::string> out;
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed).parent_path();
  for (const char* folder : {".", "../lib/assay", "../lib"})
    out.push_back((program / folder / kFile).lexically_normal().string());
  return out;
}

std::string in_words(const std::vector<std::string>& paths) {
  std::string out;
  for (const auto& path : paths) out += (out.empty() ? "" : ", ") + path;
  return out;
}

void* open_library() {
  const auto candidates = places();
  for (const auto& path : candidates) {
    if (!fs::exists(path)) continue;
    // Open MPI loads parts of its own that look for its symbols.
    if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return library;
    throw Error(ErrorCode::unavailable, std::string("the plug-in for MPI can't be loaded: ") + ::dlerror(), path);
  }
  throw Error(ErrorCode::unavailable, "more than one rank needs the plug-in for MPI, but there is no " +
                                          in_words(candidates) +
                                          "; build Assay where Open MPI is (libopenmpi-dev), name the file in $" +
                                          kVariable + ", or set $" + kVariable + " to none to run each rank alone");
}

const mpi::MpiPlugin& load() {
  void* library = open_library();
  const auto* plugin = static_cast<const mpi::MpiPlugin*>(::dlsym(library, mpi::kMpiPluginSymbol));
  if (plugin == nullptr || plugin->version != mpi::kMpiPluginVersion) {
    throw Error(ErrorCode::unavailable, std::string(kFile) + " has version " +
                                            (plugin ? std::to_string(plugin->version) : "unknown") +
                                            ", this program needs version " + std::to_string(mpi::kMpiPluginVersion) +
                                            "; both must be built together");
  }
  return *plugin;
}

class MpiRanks final : public Communicator {
 public:
  explicit MpiRanks(const mpi::MpiPlugin& mpi) : mpi_(mpi) {
    mpi_.start();
    rank_ = mpi_.rank();
    size_ = mpi_.size();
  }
  ~MpiRanks() override { mpi_.finish(); }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  void start_send(int to, std::span<const std::byte> bytes) override {
    mpi_.start_send(to, bytes.data(), bytes.size());
  }
  void finish_sends() override { mpi_.finish_sends(); }
  void receive(int from, std::span<std::byte> bytes) override { mpi_.receive(from, bytes.data(), bytes.size()); }
  void broadcast(int from, std::span<std::byte> bytes) override { mpi_.broadcast(from, bytes.data(), bytes.size()); }
  void all_or(std::span<std::uint64_t> words) override { mpi_.all_or(words.data(), words.size()); }

 private:
  const mpi::MpiPlugin& mpi_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace

std::unique_ptr<Communicator> ranks_of_environment() {
  if (!has_many_ranks()) return std::make_unique<OneRank>();
  return std::make_unique<MpiRanks>(load());
}

bool is_first_by_environment() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK"}) {
    const auto rank = variable(name);
    if (!rank.empty()) return rank == "0";
  }
  return true;
}

}  // namespace assay::app
