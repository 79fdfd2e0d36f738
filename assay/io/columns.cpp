#include "assay/io/columns.h"

#include <algorithm>

#include "assay/base/error.h"
#include "assay/base/text.h"
#include "assay/io/text_list.h"

namespace assay::io {
namespace {

using records::Role;
using Header = std::vector<std::string>;

constexpr const char* kHeaderlessHint = "; --input-format get_another_label reads three columns without names";

std::string columns_in_words(const Header& header) {
  constexpr std::size_t kShown = 40;
  Header shown(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, header.size())));
  return join(shown) + (header.size() > kShown ? ", ..." : "");
}

std::vector<std::size_t> with_prefix(const Header& header, std::string_view prefix) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i].starts_with(prefix)) out.push_back(i);
  }
  return out;
}

std::string names_of(const Header& header, const std::vector<std::size_t>& columns) {
  Header names;
  for (const auto column : columns) names.push_back(header[column]);
  return join(names);
}

// The only column with the prefix; several are an Error that names them all; none is nothing.
Columns::Index only_answer(const Header& header, std::string_view prefix, const std::string& where) {
  const auto answers = with_prefix(header, prefix);
  if (answers.size() > 1) {
    throw bad_input(
        "several columns could be the label: " + names_of(header, answers) + "; --label-column names the one", where);
  }
  return answers.empty() ? Columns::Index{} : answers.front();
}

Columns::Index exactly(const Header& header, std::string_view wanted) {
  const auto found = std::find(header.begin(), header.end(), wanted);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

// A platform's item: the only input column, else its own identifier of the task.
Columns::Index platform_item(const Header& header, std::string_view input_prefix, std::string_view own) {
  const auto inputs = with_prefix(header, input_prefix);
  if (inputs.size() == 1) return inputs.front();
  return exactly(header, own);
}

Columns::Index chosen(const Header& header, const std::string& wanted, std::string_view option,
                      const std::string& where) {
  if (wanted.empty()) return std::nullopt;
  return named_column(header, wanted, option, where);
}

Columns platform_columns(const Header& header, const ReadingOptions& options, std::string_view format,
                         const std::string& where) {
  Columns out;
  const bool wants_label = options.label_column.empty();
  if (format == records::kMturkBatch) {
    out.worker = exactly(header, records::kMturkWorker);
    out.item = platform_item(header, records::kMturkInput, records::kMturkItem);
    if (wants_label && !exactly(header, records::kMturkTaskAnswers)) {
      out.label = only_answer(header, records::kMturkAnswer, where);
    }
  } else if (format == records::kToloka) {
    out.worker = exactly(header, records::kTolokaWorker);
    out.item = platform_item(header, records::kTolokaInput, records::kTolokaTask);
    if (wants_label) out.label = only_answer(header, records::kTolokaOutput, where);
  } else if (format == records::kGetAnotherLabel) {
    out.worker = 0;
    out.item = 1;
    out.label = 2;
  }
  return out;
}

// A crowd form answers in one column of JSON: --label-column may name a field in it.
bool find_form(Columns& out, const Header& header, const ReadingOptions& options) {
  out.label = exactly(header, records::kMturkTaskAnswers);
  if (!out.label) return false;
  std::string field = options.label_column;
  const bool names_a_column = !field.empty() && exactly(header, field).has_value();
  if (names_a_column && field != records::kMturkTaskAnswers) {
    out.label.reset();
    return false;
  }
  if (names_a_column) field.clear();
  if (field.starts_with(records::kMturkAnswer)) field.erase(0, records::kMturkAnswer.size());
  out.is_form = true;
  out.form_field = field;
  return true;
}

void find_by_name(Columns::Index& column, const Header& header, Role role) {
  if (!column) column = records::find(role, header);
}

void find_golden(Columns& out, const Header& header) {
  if (!out.label || !header[*out.label].starts_with(records::kTolokaOutput)) return;
  const std::string field = header[*out.label].substr(records::kTolokaOutput.size());
  out.golden = exactly(header, std::string(records::kTolokaGolden) + field);
}

void refuse_same_column(const Columns& columns, const Header& header, const std::string& where) {
  const std::pair<Role, Columns::Index> needed[] = {
      {Role::worker, columns.worker}, {Role::item, columns.item}, {Role::label, columns.label}};
  for (const auto& [role, column] : needed) {
    for (const auto& [other_role, other] : needed) {
      if (role == other_role || column != other) continue;
      throw bad_input("the column \"" + header[*column] + "\" is taken for the " + std::string(records::name(role)) +
                          " and the " + std::string(records::name(other_role)) + "; allowed is a column for each",
                      where);
    }
  }
}

}  // namespace

std::size_t named_column(const Header& header, const std::string& wanted, std::string_view option,
                         const std::string& where) {
  if (const auto found = exactly(header, wanted)) return *found;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (records::normalized(header[i]) == records::normalized(wanted)) return i;
  }
  throw bad_input("found no column \"" + wanted + "\" (" + flag_name(option) + ")" + did_you_mean(wanted, header) +
                      ", there are " + columns_in_words(header),
                  where);
}

std::size_t needed_column(const Header& header, Role role, const std::string& where) {
  if (const auto found = records::find(role, header)) return *found;
  std::string near;
  for (const auto& column : header) {
    std::vector<std::string> names(records::synonyms(role).begin(), records::synonyms(role).end());
    if (records::has_role(column)) continue;
    if (near.empty() && !nearest(records::normalized(column), names).empty()) near = column;
  }
  const std::string own(records::name(role));
  const bool has_option = role == Role::worker || role == Role::item || role == Role::label;
  throw bad_input("found no column for the " + own + " among " + columns_in_words(header) +
                      (near.empty() ? "" : " (did you mean " + near + "?)") + "; allowed are " +
                      records::names_in_words(role) +
                      (has_option ? ", or " + flag_name(own + "_column") + " NAME" : "") +
                      (has_option && header.size() == 3 ? kHeaderlessHint : ""),
                  where);
}

Columns find_columns(const Header& header, const ReadingOptions& options, std::string_view format,
                     const std::string& where) {
  Columns out = platform_columns(header, options, format, where);
  const auto choose = [&](Columns::Index& column, const std::string& wanted, std::string_view option, Role role) {
    if (const auto found = chosen(header, wanted, option, where)) column = found;
    find_by_name(column, header, role);
  };
  choose(out.weight, options.weight_column, "weight_column", Role::weight);
  choose(out.time, options.time_column, "time_column", Role::time);
  choose(out.seconds, options.seconds_column, "seconds_column", Role::seconds);
  choose(out.worker, options.worker_column, "worker_column", Role::worker);
  choose(out.item, options.item_column, "item_column", Role::item);
  if (format != records::kMturkBatch || !find_form(out, header, options)) {
    choose(out.label, options.label_column, "label_column", Role::label);
  }
  find_by_name(out.status, header, Role::status);
  if (!out.item) out.item = platform_item(header, records::kMturkInput, records::kMturkItem);
  if (!out.label) out.label = only_answer(header, records::kMturkAnswer, where);
  if (!out.worker) out.worker = needed_column(header, Role::worker, where);
  if (!out.item) out.item = needed_column(header, Role::item, where);
  if (!out.label) out.label = needed_column(header, Role::label, where);
  refuse_same_column(out, header, where);
  find_golden(out, header);
  return out;
}

}  // namespace assay::io
