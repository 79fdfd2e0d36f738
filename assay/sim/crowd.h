#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assay/base/random.h"
#include "assay/base/threads.h"
#include "assay/core/confusions.h"
#include "assay/core/cost_matrix.h"
#include "assay/core/label_table.h"
#include "assay/sim/crowd_options.h"

namespace assay::sim {

/// Labels of consecutive items, in item order, with their truth.
struct CrowdBlock {
  ItemIndex first_item = 0;
  std::vector<ClassIndex> truth;  ///< one per item of the block
  std::vector<bool> is_hard;      ///< one per item of the block
  std::vector<bool> is_gold;      ///< one per item of the block: its truth is given to the models
  std::vector<Label> labels;
  std::vector<double> times;  ///< seconds since the epoch, parallel to labels; empty without times
};

/// A whole simulated crowd in memory.
struct SimulatedCrowd {
  LabelTable table;
  GoldLabels truth;  ///< of every item
  GoldLabels gold;   ///< truth of the share given as gold, else kNoClass
};

/// A crowd whose truth is known. Each block of items has its own random stream, so that blocks can be made one after
/// the other without holding the labels, or on any number of threads, with the same result. O(workers K^2) memory
/// beside the blocks; some 50 ns a label.
class Crowd {
 public:
  /// Draws the workers. `costs` are K x K, or empty for 0/1: they say which answer a lazy spammer gives. Throws
  /// Error{bad_input} for options that contradict each other.
  explicit Crowd(const CrowdOptions& options, CostMatrix costs = {});

  [[nodiscard]] const CrowdOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<std::string>& class_names() const { return class_names_; }
  [[nodiscard]] const std::vector<double>& prior() const { return prior_; }
  /// As given: empty for 0/1.
  [[nodiscard]] const CostMatrix& costs() const { return costs_; }
  [[nodiscard]] std::size_t worker_count() const { return kinds_.size(); }
  [[nodiscard]] WorkerKind kind(WorkerIndex worker) const { return kinds_[worker]; }
  /// The matrix that the worker's labels follow on average over items and time, hard items and copying included.
  [[nodiscard]] const Confusions& confusion() const { return confusion_; }
  /// Whom a colluding worker copies; itself for everybody else.
  [[nodiscard]] WorkerIndex leader(WorkerIndex worker) const { return leaders_[worker]; }

  static constexpr std::uint64_t kBlockItems = 4096;
  [[nodiscard]] std::uint64_t block_count() const { return (options_.items + kBlockItems - 1) / kBlockItems; }
  /// Fills `block` with items [index * kBlockItems, ...).
  void make_block(std::uint64_t index, CrowdBlock& block) const;

  /// "w0001", "item000001": wide enough that names sort in number order.
  [[nodiscard]] std::string worker_name(WorkerIndex worker) const;
  [[nodiscard]] std::string item_name(ItemIndex item) const;

  /// All blocks at once, with names.
  [[nodiscard]] SimulatedCrowd make(ThreadPool& threads) const;

 private:
  struct Item;
  void draw_workers();
  [[nodiscard]] ClassIndex lazy_answer() const;
  void mix_in_hard_items();
  void make_alias_table();
  void pick_workers(Random& random, std::size_t count, std::vector<WorkerIndex>& picked) const;
  [[nodiscard]] ClassIndex own_label(Random& random, WorkerIndex worker, const Item& item) const;
  [[nodiscard]] ClassIndex label(Random& random, WorkerIndex worker, const Item& item) const;

  CrowdOptions options_;
  std::vector<std::string> class_names_;
  std::vector<double> prior_;
  CostMatrix costs_;
  std::vector<WorkerKind> kinds_;
  std::vector<WorkerIndex> leaders_;
  Confusions confusion_;
  // Cumulative rows [worker][true][given] at the start and at the end of the work; `late_` is empty unless somebody
  // changes.
  std::vector<float> early_, late_;
  std::vector<float> prior_cumulative_;
  // Walker's alias table over the workers' activity.
  std::vector<float> keep_;
  std::vector<WorkerIndex> alias_;
  std::vector<double> activity_;
};

}  // namespace assay::sim
