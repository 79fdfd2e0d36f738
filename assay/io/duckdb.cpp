#include "assay/io/duckdb.h"

#include <cmath>
#include <memory>

#include "assay/base/error.h"
#include "assay/io/duckdb_library.h"

namespace assay::io {
namespace {

using Library = DuckDbLibrary;
using Handle = Library::Handle;

// The first line of the library's message.
std::string first_line(const char* message) {
  std::string out = message == nullptr ? "DuckDB gives no reason" : message;
  return out.substr(0, out.find('\n'));
}

// A result that is always given back.
class QueryResult {
 public:
  QueryResult(Handle connection, const std::string& sql, const std::string& where) : library_(duckdb_library()) {
    if (library_.query(connection, sql.c_str(), &result_) == Library::kSuccess) return;
    const std::string message = first_line(library_.result_error(&result_));
    library_.destroy_result(&result_);
    throw bad_input(message, where);
  }
  ~QueryResult() { library_.destroy_result(&result_); }
  QueryResult(const QueryResult&) = delete;
  QueryResult& operator=(const QueryResult&) = delete;
  Library::Result& get() { return result_; }

 private:
  const Library& library_;
  Library::Result result_{};
};

struct DestroyChunk {
  void operator()(void* chunk) const { duckdb_library().destroy_data_chunk(&chunk); }
};

// The texts of one column of a chunk.
class ChunkColumn {
 public:
  ChunkColumn(Handle chunk, std::uint64_t column) {
    const auto& library = duckdb_library();
    const Handle vector = library.data_chunk_get_vector(chunk, column);
    texts_ = static_cast<Library::Text*>(library.vector_get_data(vector));
    valid_ = library.vector_get_validity(vector);
  }
  [[nodiscard]] std::string_view at(std::uint64_t row) const {
    const bool is_null = valid_ != nullptr && (valid_[row / 64] >> (row % 64) & 1) == 0;
    if (is_null) return {};
    const Library::Text& text = texts_[row];
    // Short texts run from the prefix on into the rest of the value.
    const char* start = text.length <= Library::Text::kInline
                            ? reinterpret_cast<const char*>(&text) + offsetof(Library::Text, prefix)
                            : text.pointer;
    return {start, text.length};
  }

 private:
  const Library::Text* texts_;
  const std::uint64_t* valid_;
};

class AppenderSink final : public RowSink {
 public:
  AppenderSink(Handle connection, const std::string& table, const std::string& where) : where_(where) {
    check(library_.appender_create(connection, nullptr, table.c_str(), &appender_));
  }
  ~AppenderSink() override { library_.appender_destroy(&appender_); }
  AppenderSink(const AppenderSink&) = delete;
  AppenderSink& operator=(const AppenderSink&) = delete;

  void text(std::string_view value) override {
    check(library_.append_varchar_length(appender_, value.data(), value.size()));
  }
  void integer(std::uint64_t value) override {
    check(library_.append_int64(appender_, static_cast<std::int64_t>(value)));
  }
  void number(double value) override {
    check(std::isfinite(value) ? library_.append_double(appender_, value) : library_.append_null(appender_));
  }
  void end_row() override { check(library_.appender_end_row(appender_)); }
  void close() { check(library_.appender_close(appender_)); }

 private:
  void check(int state) {
    if (state != Library::kSuccess) throw bad_input(first_line(library_.appender_error(appender_)), where_);
  }
  const Library& library_ = duckdb_library();
  Handle appender_ = nullptr;
  std::string where_;
};

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

std::string sql_text(std::string_view text) { return quoted(text, '\''); }
std::string sql_name(std::string_view name) { return quoted(name, '"'); }

DuckDb::DuckDb() {
  const auto& library = duckdb_library();
  Handle config = nullptr;
  library.create_config(&config);
  library.set_config(config, "autoinstall_known_extensions", "false");
  library.set_config(config, "autoload_known_extensions", "false");
  const int state = library.open_ext(nullptr, &database_, config, nullptr);
  library.destroy_config(&config);
  if (state != Library::kSuccess || library.connect(database_, &connection_) != Library::kSuccess) {
    throw Error(ErrorCode::unavailable, "DuckDB's library can't open a database in memory");
  }
}

DuckDb::~DuckDb() {
  const auto& library = duckdb_library();
  library.disconnect(&connection_);
  library.close(&database_);
}

void DuckDb::run(const std::string& sql, const std::string& where) {
  const QueryResult result(connection_, sql, where);
}

void DuckDb::query(const std::string& sql, const std::string& where,
                   const std::function<void(const std::vector<std::string>&)>& names, const Row& row,
                   const std::function<void()>& chunk_done) {
  const auto& library = duckdb_library();
  QueryResult result(connection_, sql, where);
  std::vector<std::string> header(library.column_count(&result.get()));
  for (std::size_t c = 0; c < header.size(); ++c) header[c] = library.column_name(&result.get(), c);
  names(header);
  std::vector<std::string_view> fields(header.size());
  while (const std::unique_ptr<void, DestroyChunk> chunk{library.fetch_chunk(result.get())}) {
    std::vector<ChunkColumn> columns;
    for (std::size_t c = 0; c < header.size(); ++c) columns.emplace_back(chunk.get(), c);
    const std::uint64_t size = library.data_chunk_get_size(chunk.get());
    for (std::uint64_t r = 0; r < size; ++r) {
      for (std::size_t c = 0; c < header.size(); ++c) fields[c] = columns[c].at(r);
      row(fields);
    }
    chunk_done();
  }
}

void DuckDb::fill(const Table& table, const std::string& name, const std::string& where) {
  std::string columns;
  for (const auto& column : table.columns) {
    const char* type = column.type == ColumnType::text      ? "VARCHAR"
                       : column.type == ColumnType::integer ? "BIGINT"
                                                            : "DOUBLE";
    columns += (columns.empty() ? "" : ", ") + sql_name(column.name) + " " + type;
  }
  run("CREATE TABLE " + sql_name(name) + " (" + columns + ")", where);
  AppenderSink sink(connection_, name, where);
  for (std::size_t part = 0; part < table.part_count; ++part) table.rows(part, sink);
  sink.close();
}

}  // namespace assay::io
