# Every outside library, once. packaging/packages.txt lists the packages that hold them;
# assayConfig.cmake.in repeats the ones that an installed static library needs.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(HWY REQUIRED NAMES hwy HWY)
find_package(zstd REQUIRED)
find_package(ZLIB REQUIRED)
if(ASSAY_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
find_package(benchmark QUIET)
# Only for the plug-in of assay/mpi, never for the program or the library.
set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI QUIET COMPONENTS CXX)
