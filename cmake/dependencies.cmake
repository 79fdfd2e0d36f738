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
# Not by its own CMake package: Debian's names a program that is in no package beside it. It is linked by its plain name.
find_path(ASSAY_XGBOOST_INCLUDE xgboost/c_api.h REQUIRED)
find_library(ASSAY_XGBOOST_LIBRARY xgboost REQUIRED)
mark_as_advanced(ASSAY_XGBOOST_INCLUDE ASSAY_XGBOOST_LIBRARY)
if(ASSAY_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
find_package(benchmark QUIET)
# Only for the plug-in of assay/mpi, never for the program or the library.
set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI QUIET COMPONENTS CXX)
