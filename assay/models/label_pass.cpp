#include "assay/models/label_pass.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>

#include "assay/base/hash.h"
#include "assay/base/numerics.h"
#include "assay/models/chunk_problem.h"
#include "assay/models/label_pass_kernel.h"

namespace assay::models {
namespace {

constexpr double kSmallestFactor = 1e-30;
// Runs: up to the first number where each has some labels for a cell of its table, up to the second, for many ranks,
// where it has twice as many.
constexpr std::size_t kUsualRuns = 16;
constexpr std::size_t kMostRuns = 128;
constexpr std::uint64_t kLabelsPerCell = 4;
// Numbers of a table that a thread merges at once.
constexpr std::size_t kSegment = 1 << 14;
// Tables of runs that are counted at once; more only where there are more threads.
constexpr std::size_t kTableBytes = 256U << 20U;
// Tables up to this size stay in a core's own cache together with their counts.
constexpr std::size_t kCachedBytes = 1U << 19U;
// Tables from this size on come from memory, where factors and counts side by side save half of the way.
constexpr std::size_t kFarBytes = 1U << 22U;

struct Block {
  const Problem& problem;
  bool gold_in_prior;
  ItemIndex begin, end;
  const double* prior;
  const double* table;
  Counts& counts;  // without workers: only posteriors are wanted
  Matrix<double>* posterior;
  ItemIndex first_row = 0;  // item whose posterior is row 0
  double* pairs = nullptr;  // instead of table and counts.labels
};

// The weight of the i-th label of an item.
double weight_of(const LabelStore& labels, ItemIndex item, std::size_t i) {
  return labels.weights().empty() ? 1.0 : static_cast<double>(labels.weights()[labels.offset(item) + i]);
}

// Adds one item's posterior to the counts, each label by its weight.
void count_item(const Block& block, ItemIndex item, std::span<const double> p) {
  const LabelStore& labels = block.problem.labels;
  if (!block.problem.has_gold(item) || block.gold_in_prior) {
    for (std::size_t c = 0; c < p.size(); ++c) block.counts.classes[c] += p[c];
  }
  if (block.counts.labels.empty()) return;
  double* counts = block.counts.labels.values().data();
  const auto rows = labels.rows(item);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = weight_of(labels, item, i);
    for (std::size_t c = 0; c < p.size(); ++c) counts[rows[i] * p.size() + c] += weight * p[c];
  }
}

// The roomy path for gold and label weights: logarithms, one label at a time.
void run_block_general(const Block& block) {
  const LabelStore& labels = block.problem.labels;
  const std::size_t k = labels.class_count();
  std::vector<double> log_p(k);
  std::vector<double> p(k);
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    const auto rows = labels.rows(item);
    if (rows.empty()) continue;
    const bool is_gold = block.problem.has_gold(item);
    for (std::size_t c = 0; c < k; ++c) log_p[c] = is_gold && !block.gold_in_prior ? 0 : std::log(block.prior[c]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double* factors = block.table + rows[i] * k;
      for (std::size_t c = 0; c < k; ++c) log_p[c] += weight_of(labels, item, i) * std::log(factors[c]);
    }
    if (is_gold) {
      const ClassIndex gold = block.problem.gold[item];
      block.counts.log_evidence += log_p[gold];
      std::fill(p.begin(), p.end(), 0.0);
      p[gold] = 1;
    } else {
      const double total = log_sum_exp(log_p);
      block.counts.log_evidence += total;
      for (std::size_t c = 0; c < k; ++c) p[c] = std::exp(log_p[c] - total);
    }
    count_item(block, item, p);
    if (block.posterior) std::copy(p.begin(), p.end(), block.posterior->row(item - block.first_row).begin());
  }
}

void run_block(const Block& block) {
  const LabelStore& labels = block.problem.labels;
  if (!block.problem.gold.empty() || !labels.weights().empty()) return run_block_general(block);
  if (block.begin == block.end) return;
  const auto cells = block.counts.labels.values();
  const std::size_t k = labels.class_count();
  block.counts.log_evidence += run_kernel(
      {.offsets = labels.offsets().data(),
       .entries = labels.entries().data(),
       .begin = block.begin,
       .end = block.end,
       .class_count = k,
       .prior = block.prior,
       .table = block.table,
       .counts = cells.empty() ? nullptr : cells.data(),
       .classes = block.counts.classes.data(),
       .posterior = block.posterior == nullptr ? nullptr : block.posterior->row(block.begin - block.first_row).data(),
       .pairs = block.pairs,
       .fetch_ahead = labels.worker_count() * k * k * sizeof(double) > kCachedBytes});
}

void vote_block(const Block& block) {
  const LabelStore& labels = block.problem.labels;
  const std::size_t k = labels.class_count();
  std::vector<double> p(k);
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    const auto rows = labels.rows(item);
    if (rows.empty()) continue;
    const bool is_gold = block.problem.has_gold(item);
    std::fill(p.begin(), p.end(), 0.0);
    if (is_gold) {
      p[block.problem.gold[item]] = 1;
    } else {
      for (std::size_t i = 0; i < rows.size(); ++i) p[labels.label_of(rows[i])] += weight_of(labels, item, i);
      normalize(p);
    }
    count_item(block, item, p);
  }
}

void observe_block(const Block& block, const Matrix<double>& posterior) {
  for (ItemIndex item = block.begin; item < block.end; ++item) {
    if (!block.problem.labels.rows(item).empty()) count_item(block, item, posterior.row(item - block.first_row));
  }
}

void put_unlabelled(const Problem& problem, const LabelChunk& chunk, std::span<const double> prior,
                    Matrix<double>& posterior, std::size_t row) {
  for (ItemIndex item = chunk.begin; item < chunk.end; ++item, ++row) {
    if (!problem.labels.rows(item).empty()) continue;
    const auto p = posterior.row(row);
    if (problem.has_gold(item)) {
      p[problem.gold[item]] = 1;
    } else {
      std::copy(prior.begin(), prior.end(), p.begin());
      normalize(p);
    }
  }
}

}  // namespace

std::size_t run_count(const LabelShape& shape, std::size_t block_count) {
  const std::uint64_t table = shape.worker_count * shape.class_count * shape.class_count;
  const std::uint64_t wanted = shape.label_count / std::max<std::uint64_t>(kLabelsPerCell * table, 1);
  const std::uint64_t runs = std::max(std::min<std::uint64_t>(wanted, kUsualRuns), wanted / 2);
  const std::uint64_t most = std::clamp<std::uint64_t>(block_count, 1, kMostRuns);
  return std::clamp<std::uint64_t>(runs, std::min<std::uint64_t>(2, most), most);
}

// Factors as the loop needs them: none under the least.
struct LabelPass::Tables {
  std::vector<double> prior;
  std::vector<double> table;

  Tables(const Factors& factors, ThreadPool& threads) : prior(factors.prior), table(factors.table.values().size()) {
    threads.run((table.size() + kSegment - 1) / kSegment, [&](std::size_t s) {
      const std::size_t end = std::min(table.size(), (s + 1) * kSegment);
      for (std::size_t i = s * kSegment; i < end; ++i) table[i] = std::max(factors.table.values()[i], kSmallestFactor);
    });
    for (double& v : prior) v = std::max(v, kSmallestFactor);
  }

  // Stands for all of them where ranks compare theirs.
  [[nodiscard]] std::uint64_t key() const {
    return hash_of(std::span<const double>(table), hash_of(std::span<const double>(prior)));
  }
};

// Factors and counts of one run, row by row side by side; a row of four classes is one line of the cache.
class LabelPass::Pairs {
 public:
  Pairs(std::size_t row_count, std::size_t class_count)
      : k_(class_count), values_(2 * row_count * class_count + kLine / sizeof(double)) {}

  [[nodiscard]] double* data() {
    const auto at = reinterpret_cast<std::uintptr_t>(values_.data());
    return values_.data() + ((at + kLine - 1) / kLine * kLine - at) / sizeof(double);
  }
  // Takes the factors and sets the counts to 0.
  void start(const std::vector<double>& factors) {
    double* to = data();
    for (std::size_t from = 0; from < factors.size(); from += k_, to += 2 * k_) {
      std::copy_n(factors.data() + from, k_, to);
      std::fill_n(to + k_, k_, 0.0);
    }
  }
  // Adds counts [begin, end), numbered as in a table of counts alone.
  void add_counts(std::size_t begin, std::size_t end, std::span<double> to) {
    std::size_t column = begin % k_;
    const double* row = data() + (begin / k_) * 2 * k_ + k_;
    for (std::size_t i = begin; i < end; ++i) {
      to[i] += row[column];
      if (++column < k_) continue;
      column = 0;
      row += 2 * k_;
    }
  }

 private:
  static constexpr std::size_t kLine = 64;
  std::size_t k_;
  std::vector<double> values_;
};

LabelPass::~LabelPass() = default;

LabelPass::LabelPass(const Problem& problem, ThreadPool& threads) : LabelPass(problem, Context{threads}) {}

LabelPass::LabelPass(const Problem& problem, const LabelSource& labels, ThreadPool& threads)
    : LabelPass(problem, labels, Context{threads}) {}

LabelPass::LabelPass(const Problem& problem, const Context& context)
    : LabelPass(problem, std::make_unique<StoreSource>(problem.labels), nullptr, context) {}

LabelPass::LabelPass(const Problem& problem, const LabelSource& labels, const Context& context)
    : LabelPass(problem, nullptr, &labels, context) {}

LabelPass::LabelPass(const Problem& problem, std::unique_ptr<LabelSource> own, const LabelSource* labels,
                     const Context& context)
    : problem_(problem),
      threads_(context.threads),
      own_source_(std::move(own)),
      source_(labels ? labels : own_source_.get()),
      ranks_(context.ranks != nullptr && context.ranks->size() > 1 ? context.ranks : nullptr),
      stop_(context.stop),
      gives_posterior_(own_source_ != nullptr) {
  runs_ = cut_blocks(*source_, run_count(source_->shape(), source_->block_count()));
  for (const std::size_t block : runs_) borders_.push_back(source_->first_item(block));
  gold_in_prior_ = !problem.gold.empty() && every_labelled_item_is_gold();
  end_run_ = block_count();
  if (ranks_ == nullptr) return;
  first_run_ = first_run(ranks_->rank());
  end_run_ = first_run(ranks_->rank() + 1);
  ranks_->agree(Stage::fit, block_count());
  ranks_->broadcast(0, std::as_writable_bytes(std::span(&gives_posterior_, 1)));
}

// Runs have about equally many labels, and so have ranks when there are many more runs than ranks.
std::size_t LabelPass::first_run(int rank) const {
  return block_count() * static_cast<std::size_t>(rank) / static_cast<std::size_t>(ranks_->size());
}

bool LabelPass::every_labelled_item_is_gold() const {
  LabelStore room;
  for (std::size_t b = 0; b < source_->block_count(); ++b) {
    const LabelChunk chunk = source_->chunk(b, room);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (!chunk.rows(i).empty() && !problem_.has_gold(chunk.first_item + static_cast<ItemIndex>(i))) return false;
    }
  }
  return true;
}

// Adds the first n tables of counts to to[begin, end), in order.
void LabelPass::add_counted(std::size_t n, std::size_t begin, std::size_t end, std::span<double> to) {
  for (std::size_t r = 0; r < n; ++r) {
    if (!pairs_.empty()) {
      pairs_[r].add_counts(begin, end, to);
      continue;
    }
    const double* from = counts_[r].labels.values().data();
    for (std::size_t i = begin; i < end; ++i) to[i] += from[i];
  }
}

void LabelPass::merge(std::size_t count, bool is_first, Counts& out) {
  const auto to = out.labels.values();
  threads_.run((to.size() + kSegment - 1) / kSegment, [&](std::size_t s) {
    const std::size_t begin = s * kSegment;
    const std::size_t end = std::min(to.size(), begin + kSegment);
    if (is_first) std::fill(to.begin() + begin, to.begin() + end, 0.0);
    add_counted(count, begin, end, to);
  });
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t c = 0; c < out.classes.size(); ++c) out.classes[c] += counts_[r].classes[c];
    for (std::size_t e = 0; e < out.extra.size(); ++e) out.extra[e] += counts_[r].extra[e];
    out.log_evidence += counts_[r].log_evidence;
  }
}

// Counts the blocks of n runs, each into the counts of its run.
void LabelPass::count_runs(std::size_t first, std::size_t n, const Task& task) {
  threads_.run(n, [&](std::size_t r) {
    Counts& counts = counts_[r];
    if (!pairs_.empty()) pairs_[r].start(task.tables->table);
    std::fill(counts.labels.values().begin(), counts.labels.values().end(), 0.0);
    std::fill(counts.classes.begin(), counts.classes.end(), 0.0);
    counts.extra.assign(task.extra_count, 0.0);
    counts.log_evidence = 0;
    LabelStore room;
    for (std::size_t b = runs_[first + r]; b < runs_[first + r + 1]; ++b) {
      task.count(source_->chunk(b, room), counts, pairs_.empty() ? nullptr : pairs_[r].data());
    }
  });
}

// Counts, and pairs where tables exceed the caches and the kernel counts, for so many runs at once.
void LabelPass::make_room(std::size_t runs, const Tables* tables) {
  const LabelShape& shape = source_->shape();
  const std::uint64_t rows = shape.worker_count * shape.class_count;
  const bool pairs = tables != nullptr && rows * shape.class_count * sizeof(double) > kFarBytes &&
                     problem_.gold.empty() && !shape.has_weights;
  const std::uint64_t workers = pairs ? 0 : shape.worker_count;
  if (counts_.size() != runs || counts_.front().labels.worker_count() != workers)
    counts_.assign(runs, Counts(workers, shape.class_count));
  if (!pairs) {
    pairs_ = {};
  } else if (pairs_.size() != runs) {
    pairs_.assign(runs, Pairs(rows, shape.class_count));
  }
}

// Counts every block and merges the runs into `out`, a few runs at a time.
void LabelPass::for_each_block(Counts& out, const Task& task) {
  const LabelShape& shape = source_->shape();
  const std::size_t cells = shape.worker_count * shape.class_count * shape.class_count;
  if (out.classes.size() != shape.class_count || out.labels.worker_count() != shape.worker_count)
    out = Counts(shape.worker_count, shape.class_count);
  std::fill(out.classes.begin(), out.classes.end(), 0.0);
  out.log_evidence = 0;
  out.extra.assign(task.extra_count, 0.0);
  if (ranks_ != nullptr) return for_own_blocks(out, task);
  const std::size_t threads = threads_.thread_count();
  const std::size_t in_memory = kTableBytes / std::max<std::size_t>(1, cells * sizeof(double));
  const std::size_t at_once = std::min(block_count(), std::clamp(in_memory, threads, std::max(threads, kUsualRuns)));
  make_room(at_once, task.tables);
  for (std::size_t first = 0; first < block_count(); first += at_once) {
    const std::size_t n = std::min(at_once, block_count() - first);
    count_runs(first, n, task);
    merge(n, first == 0, out);
  }
}

// The same over all ranks. A rank can add its runs only when the sum of those before arrives: they are kept apart until
// then. All of them together are no larger than a part of the rank's labels (run_count).
void LabelPass::for_own_blocks(Counts& out, const Task& task) {
  const std::size_t n = end_run_ - first_run_;
  std::optional<Error> failure;
  try {
    if (n > 0) make_room(n, task.tables);
    count_runs(first_run_, n, task);
  } catch (const Error& e) {
    failure = e;
  } catch (const std::bad_alloc&) {
    failure = Error(ErrorCode::limit_exceeded, "out of memory");
  }
  stopping_ = ranks_->agree(Stage::pass, task.key, failure ? &*failure : nullptr, stop_ != nullptr && stop_->load());
  const auto to = out.labels.values();
  ranks_->ordered_sum(to, [&](std::size_t begin, std::size_t end) {
    threads_.run((end - begin + kSegment - 1) / kSegment, [&](std::size_t s) {
      add_counted(n, begin + s * kSegment, std::min(end, begin + (s + 1) * kSegment), to);
    });
  });
  const std::size_t k = out.classes.size();
  std::vector<double> rest(k + 1 + task.extra_count);
  ranks_->ordered_sum(rest, [&](std::size_t, std::size_t) {
    for (std::size_t r = 0; r < n; ++r) {
      for (std::size_t c = 0; c < k; ++c) rest[c] += counts_[r].classes[c];
      rest[k] += counts_[r].log_evidence;
      for (std::size_t e = 0; e < task.extra_count; ++e) rest[k + 1 + e] += counts_[r].extra[e];
    }
  });
  std::copy_n(rest.begin(), k, out.classes.begin());
  out.log_evidence = rest[k];
  std::copy(rest.begin() + static_cast<std::ptrdiff_t>(k) + 1, rest.end(), out.extra.begin());
}

// Rank 0 gets the posteriors of the other ranks' items.
void LabelPass::collect(Matrix<double>& posterior) {
  const auto values = posterior.values();
  if (ranks_->rank() > 0) {
    ranks_->start_send(0, std::as_bytes(values));
    return ranks_->finish_sends();
  }
  for (int r = 1; r < ranks_->size(); ++r) {
    const std::size_t begin = posterior.columns() * borders_[first_run(r)];
    const std::size_t end = posterior.columns() * borders_[first_run(r + 1)];
    ranks_->receive(r, std::as_writable_bytes(values.subspan(begin, end - begin)));
  }
}

void LabelPass::count(const CountChunk& count, std::size_t extra_count, std::uint64_t key, Counts& out) {
  const auto count_chunk = [&](const LabelChunk& chunk, Counts& counts, double* /*pairs*/) {
    const ChunkProblem part(problem_, chunk);
    count(part.problem(), chunk, counts);
  };
  for_each_block(out, {count_chunk, nullptr, extra_count, key});
}

Counts LabelPass::votes() {
  Counts out;
  count(
      [&](const Problem& part, const LabelChunk& chunk, Counts& counts) {
        vote_block({part, gold_in_prior_, chunk.begin, chunk.end, nullptr, nullptr, counts, nullptr});
      },
      0, 0, out);
  return out;
}

Counts LabelPass::observe(const Matrix<double>& posterior) {
  Counts out;
  count(
      [&](const Problem& part, const LabelChunk& chunk, Counts& counts) {
        observe_block({part, gold_in_prior_, chunk.begin, chunk.end, nullptr, nullptr, counts, nullptr}, posterior);
      },
      0, 0, out);
  return out;
}

Counts LabelPass::observe(const ChunkPosterior& posterior) {
  Counts out;
  count(
      [&](const Problem& part, const LabelChunk& chunk, Counts& counts) {
        Matrix<double> of_chunk;
        posterior(chunk, of_chunk);
        observe_block({part, gold_in_prior_, chunk.begin, chunk.end, nullptr, nullptr, counts, nullptr, chunk.begin},
                      of_chunk);
      },
      0, 0, out);
  return out;
}

void LabelPass::run(const Factors& factors, Counts& out, Matrix<double>* posterior) {
  const Tables tables(factors, threads_);
  const bool is_first = ranks_ == nullptr || ranks_->rank() == 0;
  const ItemIndex first = borders_[first_run_];
  if (posterior) {
    const std::size_t rows = is_first ? source_->shape().item_count : borders_[end_run_] - first;
    *posterior = Matrix<double>(rows, source_->shape().class_count);
  }
  const auto count = [&](const LabelChunk& chunk, Counts& counts, double* pairs) {
    const ChunkProblem part(problem_, chunk);
    const ItemIndex row = chunk.first_item - first;
    run_block({part.problem(), gold_in_prior_, chunk.begin, chunk.end, tables.prior.data(), tables.table.data(), counts,
               posterior, chunk.begin - row, pairs});
    if (posterior) put_unlabelled(part.problem(), chunk, tables.prior, *posterior, row);
  };
  for_each_block(out, {count, &tables, 0, ranks_ != nullptr ? tables.key() : 0});
  if (posterior && ranks_ != nullptr) collect(*posterior);
}

ChunkPosterior LabelPass::posteriors_by(const Factors& factors) const {
  const auto tables = std::make_shared<const Tables>(factors, threads_);
  return [&whole = problem_, gold_in_prior = gold_in_prior_, tables](const LabelChunk& chunk, Matrix<double>& out) {
    const std::size_t k = tables->prior.size();
    out = Matrix<double>(chunk.size(), k);
    Counts none(0, k);
    const ChunkProblem part(whole, chunk);
    const Problem& problem = part.problem();
    run_block({problem, gold_in_prior, chunk.begin, chunk.end, tables->prior.data(), tables->table.data(), none, &out,
               chunk.begin});
    put_unlabelled(problem, chunk, tables->prior, out, 0);
  };
}

}  // namespace assay::models
