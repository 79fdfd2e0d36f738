#pragma once

#include <cstdint>
#include <string>

namespace assay::io {

/// The part of DuckDB's C interface that is used here, stable since version 1.0, found by name at run time.
struct DuckDbLibrary {
  using Handle = void*;
  // The library passes it by value: six words, of which only the last is in use.
  struct Result {
    std::uint64_t deprecated_counts[3];
    void* deprecated_columns;
    char* deprecated_message;
    void* data;
  };
  // Texts of up to 12 bytes are held in place, longer ones by pointer.
  struct Text {
    static constexpr std::uint32_t kInline = 12;
    std::uint32_t length;
    char prefix[4];
    union {
      char* pointer;
      char rest[8];
    };
  };
  static constexpr int kSuccess = 0;

  int (*create_config)(Handle* config);
  int (*set_config)(Handle config, const char* name, const char* value);
  void (*destroy_config)(Handle* config);
  int (*open_ext)(const char* path, Handle* database, Handle config, char** message);
  void (*close)(Handle* database);
  int (*connect)(Handle database, Handle* connection);
  void (*disconnect)(Handle* connection);
  int (*query)(Handle connection, const char* sql, Result* result);
  const char* (*result_error)(Result* result);
  void (*destroy_result)(Result* result);
  std::uint64_t (*column_count)(Result* result);
  const char* (*column_name)(Result* result, std::uint64_t column);
  Handle (*fetch_chunk)(Result result);
  void (*destroy_data_chunk)(Handle* chunk);
  std::uint64_t (*data_chunk_get_size)(Handle chunk);
  Handle (*data_chunk_get_vector)(Handle chunk, std::uint64_t column);
  void* (*vector_get_data)(Handle vector);
  std::uint64_t* (*vector_get_validity)(Handle vector);
  int (*appender_create)(Handle connection, const char* schema, const char* table, Handle* appender);
  const char* (*appender_error)(Handle appender);
  int (*appender_end_row)(Handle appender);
  int (*appender_close)(Handle appender);
  int (*appender_destroy)(Handle* appender);
  int (*append_varchar_length)(Handle appender, const char* text, std::uint64_t length);
  int (*append_int64)(Handle appender, std::int64_t value);
  int (*append_double)(Handle appender, double value);
  int (*append_null)(Handle appender);
};

/// Loads the library on the first call. Throws Error{unavailable} when it can't be found, naming the remedy.
[[nodiscard]] const DuckDbLibrary& duckdb_library();

}  // namespace assay::io
