#include "assay/io/csv_rows.h"

namespace assay::io {

CsvRows::CsvRows(std::span<const std::size_t> wanted) : fields_(wanted.size()) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (place_of_column_.size() <= wanted[i]) place_of_column_.resize(wanted[i] + 1, kUnwanted);
    place_of_column_[wanted[i]] = static_cast<std::int32_t>(i);
  }
}

std::size_t CsvRows::even_width(std::span<const char> block, const CsvIndex& index) {
  const char* const text = block.data();
  const auto& ends = index.ends;
  std::size_t width = 0;
  while (width < ends.size() && text[ends[width]] != '\n') ++width;
  ++width;
  for (std::size_t i = 0; i < ends.size() && ends[i] < index.row_bytes; i += width) {
    const std::size_t last = i + width - 1;
    if (last >= ends.size() || text[ends[last]] != '\n') return 0;
    for (std::size_t j = i; j < last; ++j) {
      if (text[ends[j]] == '\n') return 0;
    }
  }
  return index.row_bytes > 0 ? width : 0;
}

void CsvRows::take_column(std::span<char> block, const CsvIndex& index, std::size_t width, std::size_t column,
                          std::vector<std::string_view>& out) {
  char* const text = block.data();
  const std::uint32_t* const ends = index.ends.data();
  const bool is_last = column + 1 == width;
  char* begin = column == 0 ? text : text + ends[column - 1] + 1;
  for (std::size_t i = column; i < index.ends.size() && ends[i] < index.row_bytes; i += width) {
    if (i > column) begin = text + ends[i - 1] + 1;
    char* end = text + ends[i];
    if (is_plain(begin, end)) {
      out.emplace_back(begin, static_cast<std::size_t>(end - begin));
      continue;
    }
    if (is_last && end != begin && end[-1] == '\r') --end;
    out.push_back(field(begin, end));
  }
}

}  // namespace assay::io
