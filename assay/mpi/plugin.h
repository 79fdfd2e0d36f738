#pragma once

#include <cstddef>
#include <cstdint>

/// What the program finds in libassay_mpi.so, by the name kMpiPluginSymbol: the functions of a Communicator over MPI's
/// world. Plain C types, so that neither side depends on how the other was compiled.
namespace assay::mpi {

inline constexpr const char* kMpiPluginSymbol = "assay_mpi_plugin";
/// Changes with every change of MpiPlugin.
inline constexpr std::uint32_t kMpiPluginVersion = 1;

struct MpiPlugin {
  std::uint32_t version;
  void (*start)();
  void (*finish)();
  int (*rank)();
  int (*size)();
  void (*start_send)(int to, const void* bytes, std::size_t size);
  void (*finish_sends)();
  void (*receive)(int from, void* bytes, std::size_t size);
  void (*broadcast)(int from, void* bytes, std::size_t size);
  void (*all_or)(std::uint64_t* words, std::size_t count);
};

}  // namespace assay::mpi
