#include "assay/mpi/plugin.h"

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

// Errors of MPI end all ranks with a message of its own (MPI_ERRORS_ARE_FATAL, the default).
namespace {

// MPI counts in int.
constexpr std::size_t kMostBytes = 1U << 30U;
constexpr int kTag = 0;

std::vector<MPI_Request>& sends() {
  static std::vector<MPI_Request> requests;
  return requests;
}

// Calls one(offset, size) for parts that MPI can count, at least once.
template <typename F>
void in_parts(std::size_t size, const F& one) {
  std::size_t offset = 0;
  do {
    const std::size_t part = std::min(kMostBytes, size - offset);
    one(offset, static_cast<int>(part));
    offset += part;
  } while (offset < size);
}

void start() {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
}

void finish() { MPI_Finalize(); }

int rank() {
  int out = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &out);
  return out;
}

int size() {
  int out = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &out);
  return out;
}

void start_send(int to, const void* bytes, std::size_t size) {
  in_parts(size, [&](std::size_t offset, int part) {
    sends().emplace_back();
    MPI_Isend(static_cast<const char*>(bytes) + offset, part, MPI_BYTE, to, kTag, MPI_COMM_WORLD, &sends().back());
  });
}

void finish_sends() {
  MPI_Waitall(static_cast<int>(sends().size()), sends().data(), MPI_STATUSES_IGNORE);
  sends().clear();
}

void receive(int from, void* bytes, std::size_t size) {
  in_parts(size, [&](std::size_t offset, int part) {
    MPI_Recv(static_cast<char*>(bytes) + offset, part, MPI_BYTE, from, kTag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  });
}

void broadcast(int from, void* bytes, std::size_t size) {
  in_parts(size, [&](std::size_t offset, int part) {
    MPI_Bcast(static_cast<char*>(bytes) + offset, part, MPI_BYTE, from, MPI_COMM_WORLD);
  });
}

// Ranks may wait long here for one that reads or writes: after a while they leave the processor to others.
void wait(MPI_Request& request) {
  constexpr std::chrono::milliseconds kPatience(5);
  const auto start = std::chrono::steady_clock::now();
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    if (std::chrono::steady_clock::now() - start > kPatience)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

void all_or(std::uint64_t* words, std::size_t count) {
  MPI_Request request;
  MPI_Iallreduce(MPI_IN_PLACE, words, static_cast<int>(count), MPI_UINT64_T, MPI_BOR, MPI_COMM_WORLD, &request);
  wait(request);
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) extern const assay::mpi::MpiPlugin assay_mpi_plugin;
const assay::mpi::MpiPlugin assay_mpi_plugin = {
    assay::mpi::kMpiPluginVersion, start, finish, rank, size, start_send, finish_sends, receive, broadcast, all_or};
}
