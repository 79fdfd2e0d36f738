#include "assay/io/crowd_files.h"

#include "assay/base/text.h"

namespace assay::io {
namespace {

std::string made_folder(const std::string& folder) {
  make_folder(folder, "--out");
  return folder.ends_with("/") ? folder : folder + "/";
}

}  // namespace

CrowdFiles::CrowdFiles(const sim::Crowd& crowd, const std::string& folder)
    : crowd_(crowd),
      labels_(made_folder(folder) + "labels.csv"),
      truth_(made_folder(folder) + "truth.csv"),
      workers_(made_folder(folder) + "workers.csv") {
  for (const auto& name : crowd.class_names()) append_csv(classes_.emplace_back(), name);
  labels_.write(crowd.options().times ? "worker,item,label,time\n" : "worker,item,label\n");
  truth_.write(crowd.options().hard_items > 0 ? "item,label,hard\n" : "item,label\n");
  if (crowd.options().gold_share > 0) {
    gold_ = std::make_unique<OutputFile>(made_folder(folder) + "gold.csv");
    gold_->write("item,label\n");
  }
}

void CrowdFiles::add(const sim::CrowdBlock& block) {
  add_items(block);
  add_labels(block);
}

void CrowdFiles::add_items(const sim::CrowdBlock& block) {
  const bool tells_hard = crowd_.options().hard_items > 0;
  for (std::size_t i = 0; i < block.truth.size(); ++i) {
    row_ = crowd_.item_name(block.first_item + static_cast<ItemIndex>(i)) + "," + classes_[block.truth[i]];
    if (gold_ && block.is_gold[i]) gold_->write(row_ + "\n");
    if (tells_hard) row_ += block.is_hard[i] ? ",1" : ",0";
    row_ += '\n';
    truth_.write(row_);
  }
}

void CrowdFiles::add_labels(const sim::CrowdBlock& block) {
  for (std::size_t i = 0; i < block.labels.size(); ++i) {
    const auto& label = block.labels[i];
    row_ = crowd_.worker_name(label.worker) + "," + crowd_.item_name(label.item) + "," + classes_[label.label];
    if (!block.times.empty()) row_ += "," + shortest(block.times[i]);
    row_ += '\n';
    labels_.write(row_);
  }
}

void CrowdFiles::add_workers() {
  workers_.write("worker,kind,copies,true,given,probability\n");
  for (WorkerIndex w = 0; w < crowd_.worker_count(); ++w) {
    const auto leader = crowd_.leader(w);
    const std::string who = crowd_.worker_name(w) + "," + std::string(sim::name(crowd_.kind(w))) + "," +
                            (leader == w ? "" : crowd_.worker_name(leader)) + ",";
    for (std::size_t t = 0; t < classes_.size(); ++t) {
      for (std::size_t g = 0; g < classes_.size(); ++g) {
        workers_.write(who + classes_[t] + "," + classes_[g] + "," + shortest(crowd_.confusion().at(w, t, g)) + "\n");
      }
    }
  }
}

void CrowdFiles::commit() {
  add_workers();
  labels_.commit();
  truth_.commit();
  if (gold_) gold_->commit();
  workers_.commit();
}

std::vector<std::string> CrowdFiles::paths() const {
  std::vector<std::string> out = {labels_.path(), truth_.path()};
  if (gold_) out.push_back(gold_->path());
  out.push_back(workers_.path());
  return out;
}

}  // namespace assay::io
