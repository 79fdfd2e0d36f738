#include "assay/io/label_rows.h"

#include <utility>

#include "assay/base/error.h"

namespace assay::io {

LabelRows::LabelRows(std::string source, std::vector<std::string> header, const Columns& columns,
                     const ReadingOptions& options, LabelCollector& to, Place place)
    : source_(std::move(source)),
      header_(std::move(header)),
      columns_{columns.worker, columns.item,    columns.label, columns.weight,
               columns.time,   columns.seconds, columns.status},
      options_(options),
      to_(to),
      place_(std::move(place)) {
  batch_.place = [this](std::size_t row, std::string_view) { return place_(numbers_[row]); };
}

void LabelRows::take(const Fields& fields, std::uint64_t number) {
  if (!options_.include_rejected && is_rejected(fields[kStatus])) {
    ++rejected_count_;
    return;
  }
  for (const auto needed : {kWorker, kItem}) {
    if (!fields[needed].empty()) continue;
    throw bad_input(std::string("the ") + (needed == kWorker ? "worker" : "item") +
                        " is empty, a name is needed in \"" + header_[*columns_[needed]] + "\"",
                    place_(number));
  }
  numbers_.push_back(number);
  batch_.workers.push_back(fields[kWorker]);
  batch_.items.push_back(fields[kItem]);
  batch_.labels.push_back(fields[kLabel]);
  if (columns_[kWeight])
    batch_.weights.push_back(values_.weight(fields[kWeight], [&](std::string_view) { return place_(number); }));
  if (columns_[kTime]) batch_.times.push_back(values_.time(fields[kTime]));
  if (columns_[kSeconds]) batch_.seconds.push_back(values_.seconds(fields[kSeconds]));
}

void LabelRows::look_up() {
  to_.look_up(batch_, found_);
  looked_up_ = true;
}

void LabelRows::flush() {
  if (!looked_up_) look_up();
  to_.report.rejected_count += rejected_count_;
  to_.report.row_count += rejected_count_;
  to_.add(batch_, found_);
  batch_.clear();
  numbers_.clear();
  rejected_count_ = 0;
  looked_up_ = false;
}

}  // namespace assay::io
