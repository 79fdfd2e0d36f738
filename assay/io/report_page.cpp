#include "assay/base/check.h"
#include "assay/io/output_folder.h"
#include "assay/io/report.h"

namespace assay::embedded {
std::string_view report_page();
}

namespace assay::io {
namespace {

constexpr std::string_view kPlace = "__ASSAY_REPORT_DATA__";

// In JSON '<' stands only inside strings; escaped, no text can end the script element or open a comment.
void append_escaped(std::string& page, std::string_view json) {
  for (const char c : json) {
    if (c == '<') {
      page += "\\u003c";
    } else {
      page += c;
    }
  }
}

}  // namespace

std::string report_page(std::string_view json) {
  const std::string_view page = embedded::report_page();
  const auto place = page.find(kPlace);
  ASSAY_ASSERT(place != std::string_view::npos);
  std::string out;
  out.reserve(page.size() + json.size() + json.size() / 16);
  out += page.substr(0, place);
  append_escaped(out, json);
  out += page.substr(place + kPlace.size());
  return out;
}

void write_report(const std::string& path, std::string_view json) { write_file(path, report_page(json)); }

}  // namespace assay::io
