#include "assay/io/duckdb_library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "assay/base/error.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libduckdb.so";
constexpr const char* kVariable = "ASSAY_DUCKDB";

std::vector<std::string> places() {
  std::vector<std::string> out;
  if (const char* given = std::getenv(kVariable); given != nullptr && *given != '\0') {
    out.push_back(fs::is_directory(given) ? (fs::path(given) / kFile).string() : given);
  }
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed).parent_path();
  if (!failed) {
    for (const char* folder : {".", "../lib/assay", "../lib"}) {
      out.push_back((program / folder / kFile).lexically_normal().string());
    }
  }
  return out;
}

void* open_library() {
  const auto candidates = places();
  for (const auto& path : candidates) {
    if (!fs::exists(path)) continue;
    if (void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    throw Error(ErrorCode::unavailable, std::string("DuckDB's library can't be loaded: ") + ::dlerror(), path);
  }
  if (void* library = ::dlopen(kFile, RTLD_NOW | RTLD_LOCAL)) return library;
  throw Error(ErrorCode::unavailable, std::string("Parquet needs DuckDB's library, but there is no ") +
                                          join(candidates) + "; put libduckdb.so (1.4) there, name it in $" +
                                          kVariable + ", or use CSV or JSONL");
}

template <typename Function>
void find(void* library, const char* name, Function& to) {
  void* found = ::dlsym(library, (std::string("duckdb_") + name).c_str());
  if (found == nullptr) {
    throw Error(ErrorCode::unavailable,
                std::string("DuckDB's library lacks duckdb_") + name + ", version 1.4 is needed");
  }
  to = reinterpret_cast<Function>(found);
}

DuckDbLibrary load() {
  void* library = open_library();
  DuckDbLibrary out{};
  find(library, "create_config", out.create_config);
  find(library, "set_config", out.set_config);
  find(library, "destroy_config", out.destroy_config);
  find(library, "open_ext", out.open_ext);
  find(library, "close", out.close);
  find(library, "connect", out.connect);
  find(library, "disconnect", out.disconnect);
  find(library, "query", out.query);
  find(library, "result_error", out.result_error);
  find(library, "destroy_result", out.destroy_result);
  find(library, "column_count", out.column_count);
  find(library, "column_name", out.column_name);
  find(library, "fetch_chunk", out.fetch_chunk);
  find(library, "destroy_data_chunk", out.destroy_data_chunk);
  find(library, "data_chunk_get_size", out.data_chunk_get_size);
  find(library, "data_chunk_get_vector", out.data_chunk_get_vector);
  find(library, "vector_get_data", out.vector_get_data);
  find(library, "vector_get_validity", out.vector_get_validity);
  find(library, "appender_create", out.appender_create);
  find(library, "appender_error", out.appender_error);
  find(library, "appender_end_row", out.appender_end_row);
  find(library, "appender_close", out.appender_close);
  find(library, "appender_destroy", out.appender_destroy);
  find(library, "append_varchar_length", out.append_varchar_length);
  find(library, "append_int64", out.append_int64);
  find(library, "append_double", out.append_double);
  find(library, "append_null", out.append_null);
  return out;
}

}  // namespace

const DuckDbLibrary& duckdb_library() {
  static const DuckDbLibrary library = load();
  return library;
}

}  // namespace assay::io
