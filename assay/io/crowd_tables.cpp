#include "assay/io/crowd_tables.h"

#include "assay/io/records.h"

namespace assay::io {
namespace {

using records::columns::kGiven;
using records::columns::kItem;
using records::columns::kLabel;
using records::columns::kProbability;
using records::columns::kTrue;
using records::columns::kWorker;

constexpr std::size_t kWorkersPerPart = 1024;

TableColumn text(std::string_view name) { return {std::string(name), ColumnType::text}; }

Table labels_table(const sim::Crowd& crowd) {
  Table table;
  table.name = records::tables::kLabels;
  table.columns = {text(kWorker), text(kItem), text(kLabel)};
  if (crowd.options().times)
    table.columns.push_back({std::string(records::name(records::Role::time)), ColumnType::number});
  table.part_count = crowd.block_count();
  table.rows = [&crowd](std::size_t part, RowSink& to) {
    sim::CrowdBlock block;
    crowd.make_block(part, block);
    for (std::size_t i = 0; i < block.labels.size(); ++i) {
      const auto& label = block.labels[i];
      to.text(crowd.worker_name(label.worker));
      to.text(crowd.item_name(label.item));
      to.text(crowd.class_names()[label.label]);
      if (!block.times.empty()) to.number(block.times[i]);
      to.end_row();
    }
  };
  return table;
}

Table items_table(const sim::Crowd& crowd, std::string_view name, bool only_gold, bool tells_hard) {
  Table table;
  table.name = name;
  table.columns = {text(kItem), text(kLabel)};
  if (tells_hard) table.columns.push_back({std::string(records::columns::kHard), ColumnType::integer});
  table.part_count = crowd.block_count();
  table.rows = [&crowd, only_gold, tells_hard](std::size_t part, RowSink& to) {
    sim::CrowdBlock block;
    crowd.make_block(part, block);
    for (std::size_t i = 0; i < block.truth.size(); ++i) {
      if (only_gold && !block.is_gold[i]) continue;
      to.text(crowd.item_name(block.first_item + static_cast<ItemIndex>(i)));
      to.text(crowd.class_names()[block.truth[i]]);
      if (tells_hard) to.integer(block.is_hard[i] ? 1 : 0);
      to.end_row();
    }
  };
  return table;
}

void write_worker(const sim::Crowd& crowd, WorkerIndex w, RowSink& to) {
  const auto& classes = crowd.class_names();
  const auto leader = crowd.leader(w);
  for (std::size_t t = 0; t < classes.size(); ++t) {
    for (std::size_t g = 0; g < classes.size(); ++g) {
      to.text(crowd.worker_name(w));
      to.text(sim::name(crowd.kind(w)));
      to.text(leader == w ? std::string() : crowd.worker_name(leader));
      to.text(classes[t]);
      to.text(classes[g]);
      to.number(crowd.confusion().at(w, t, g));
      to.end_row();
    }
  }
}

Table workers_table(const sim::Crowd& crowd) {
  Table table;
  table.name = records::tables::kWorkers;
  table.columns = {text(kWorker),
                   text(records::columns::kKind),
                   text(records::columns::kCopies),
                   text(kTrue),
                   text(kGiven),
                   {std::string(kProbability), ColumnType::number}};
  table.part_count = (crowd.worker_count() + kWorkersPerPart - 1) / kWorkersPerPart;
  table.rows = [&crowd](std::size_t part, RowSink& to) {
    const std::size_t end = std::min(crowd.worker_count(), (part + 1) * kWorkersPerPart);
    for (std::size_t w = part * kWorkersPerPart; w < end; ++w) write_worker(crowd, static_cast<WorkerIndex>(w), to);
  };
  return table;
}

Table costs_table(const sim::Crowd& crowd) {
  Table table;
  table.name = records::tables::kCosts;
  table.columns = {text(records::name(records::Role::true_class)),
                   text(records::name(records::Role::decided_class)),
                   {std::string(records::name(records::Role::cost)), ColumnType::number}};
  table.part_count = 1;
  table.rows = [&crowd](std::size_t, RowSink& to) {
    const auto& classes = crowd.class_names();
    for (std::size_t t = 0; t < classes.size(); ++t) {
      for (std::size_t d = 0; d < classes.size(); ++d) {
        to.text(classes[t]);
        to.text(classes[d]);
        to.number(crowd.costs()(t, d));
        to.end_row();
      }
    }
  };
  return table;
}

}  // namespace

std::vector<Table> crowd_tables(const sim::Crowd& crowd, bool with_labels) {
  std::vector<Table> out;
  if (with_labels) out.push_back(labels_table(crowd));
  out.push_back(items_table(crowd, records::tables::kTruth, false, crowd.options().hard_items > 0));
  if (crowd.options().gold_share > 0) out.push_back(items_table(crowd, records::tables::kGold, true, false));
  out.push_back(workers_table(crowd));
  if (crowd.costs().class_count() > 0) out.push_back(costs_table(crowd));
  return out;
}

}  // namespace assay::io
