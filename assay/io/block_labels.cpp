#include "assay/io/block_labels.h"

#include "assay/base/error.h"
#include "assay/io/records.h"

namespace assay::io {
namespace {

// Adds the rows of one block.
class BlockRows {
 public:
  BlockRows(const blocks::BlockFile& file, const std::string& path, LabelCollector& to)
      : file_(file), workers_(file.worker_names()), classes_(file.classes()), to_(to) {
    batch_.place = [this, path](std::size_t row, std::string_view) {
      return path + ":label " + std::to_string(file_.labels_before(block_) + row + 1);
    };
  }

  void add(std::size_t block) {
    block_ = block;
    file_.item_names(block, items_);
    const LabelChunk chunk = file_.chunk(block, room_);
    batch_.clear();
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      for (const auto row : chunk.rows(i)) {
        batch_.items.push_back(items_[i]);
        batch_.workers.push_back(workers_.name(chunk.store.worker_of(row)));
        batch_.labels.push_back(classes_.name(chunk.store.label_of(row)));
      }
    }
    batch_.weights.assign(chunk.store.weights().begin(), chunk.store.weights().end());
    batch_.times.assign(chunk.store.times().begin(), chunk.store.times().end());
    batch_.seconds.assign(chunk.store.seconds().begin(), chunk.store.seconds().end());
    to_.add(batch_);
  }

 private:
  const blocks::BlockFile& file_;
  NameTable workers_;
  ClassSet classes_;
  LabelCollector& to_;
  std::size_t block_ = 0;
  LabelStore room_;
  std::vector<std::string_view> items_;
  RowBatch batch_;
};

}  // namespace

bool is_whole_block_file(const std::vector<std::string>& paths, const ReadingOptions& options) {
  const bool any_format = options.input_format == records::kAuto || options.input_format == records::kAssay;
  if (paths.size() != 1 || !any_format || !blocks::is_block_file(paths.front())) return false;
  if (!options.missing.empty() || !options.classes.empty() || options.duplicates != "all") return false;
  return blocks::BlockFile(paths.front()).shape().class_count <= options.max_classes;
}

void read_block_labels(const std::string& path, LabelCollector& to, const BlockDone& block_done) {
  const blocks::BlockFile file(path);
  BlockRows rows(file, path, to);
  for (std::size_t b = 0; b < file.block_count(); ++b) {
    rows.add(b);
    block_done();
  }
}

LabelTable read_block_table(const std::string& path, ThreadPool& threads) {
  const blocks::BlockFile file(path);
  LabelTable out = blocks::read_table(file, threads);
  out.reading.sources = {path};
  out.reading.format = records::kAssay;
  return out;
}

LabelTable describe_blocks(const blocks::BlockFile& file) {
  LabelTable out;
  out.workers = file.worker_names();
  out.classes = file.classes();
  out.labels = LabelStore(file.shape().worker_count, file.shape().class_count, {{0}, {}});
  out.reading = blocks::reading_report(file);
  out.reading.sources = {file.name()};
  out.reading.format = records::kAssay;
  return out;
}

}  // namespace assay::io
