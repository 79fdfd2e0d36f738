#include "assay/models/label_pass.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <optional>

#include "assay/base/hash.h"
#include "assay/base/huge_pages.h"
#include "assay/models/block_step.h"
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

// Runs have about equally many labels, and so have ranks when there are many more runs than ranks.
std::size_t first_run_of(int rank, int ranks, std::size_t runs) {
  return runs * static_cast<std::size_t>(rank) / static_cast<std::size_t>(ranks);
}

bool is_far(const LabelShape& shape) { return table_bytes(shape.worker_count, shape.class_count) > kCachedTableBytes; }

}  // namespace

std::size_t run_count(const LabelShape& shape, std::size_t block_count) {
  const std::uint64_t table = shape.worker_count * shape.class_count * shape.class_count;
  const std::uint64_t wanted = shape.label_count / std::max<std::uint64_t>(kLabelsPerCell * table, 1);
  const std::uint64_t runs = std::max(std::min<std::uint64_t>(wanted, kUsualRuns), wanted / 2);
  const std::uint64_t most = std::clamp<std::uint64_t>(block_count, 1, kMostRuns);
  return std::clamp<std::uint64_t>(runs, std::min<std::uint64_t>(2, most), most);
}

BlockRange blocks_of_rank(const LabelSource& labels, const Communicator& ranks) {
  const auto runs = cut_blocks(labels, run_count(labels.shape(), labels.block_count()));
  const auto border = [&](int rank) { return runs[first_run_of(rank, ranks.size(), runs.size() - 1)]; };
  return {border(ranks.rank()), border(ranks.rank() + 1)};
}

std::uint64_t tile_bytes(const LabelShape& shape, std::size_t threads) {
  return is_far(shape) ? LabelTiles::bytes(shape, threads) : 0;
}

// Factors as the loop needs them: none under the least. Those of a fit hardly ever are, and are not copied then.
struct LabelPass::Tables {
  std::vector<double> prior;
  LineVector<double> own;
  std::span<const double> table;  // `own`, or the factors that it was made of

  Tables(const Factors& factors, ThreadPool& threads, bool outlives_factors)
      : prior(factors.prior), table(factors.table.values()) {
    for (double& v : prior) v = std::max(v, kSmallestFactor);
    const auto by_segments = [&](auto act) {
      threads.run((table.size() + kSegment - 1) / kSegment,
                  [&](std::size_t s) { act(s * kSegment, std::min(table.size(), (s + 1) * kSegment)); });
    };
    std::atomic<bool> copies = outlives_factors;
    by_segments([&](std::size_t begin, std::size_t end) {
      double least = kSmallestFactor;
      for (std::size_t i = begin; i < end; ++i) least = std::min(least, table[i]);
      if (least < kSmallestFactor) copies = true;
    });
    if (!copies) return;
    own.resize(table.size());
    by_segments([&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) own[i] = std::max(table[i], kSmallestFactor);
    });
    table = own;
  }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  // Stands for all of them where ranks compare theirs.
  [[nodiscard]] std::uint64_t key() const { return hash_of(table, hash_of(std::span<const double>(prior))); }
};

// Factors and counts of one run, row by row side by side; a row of four classes is one line of the cache.
class LabelPass::Pairs {
 public:
  Pairs(std::size_t row_count, std::size_t class_count) : k_(class_count), values_(2 * row_count * class_count) {}

  [[nodiscard]] double* data() { return values_.data(); }
  // Takes the factors and sets the counts to 0.
  void start(std::span<const double> factors) {
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
  std::size_t k_;
  LineVector<double> values_;
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
  if (ranks_ != nullptr) {
    first_run_ = first_run(ranks_->rank());
    end_run_ = first_run(ranks_->rank() + 1);
  }
  holds_labels_ = source_->holds(runs_[first_run_], runs_[end_run_]);
  if (ranks_ == nullptr) return;
  ranks_->agree(Stage::fit, block_count());
  ranks_->broadcast(0, std::as_writable_bytes(std::span(&gives_posterior_, 1)));
}

std::size_t LabelPass::first_run(int rank) const { return first_run_of(rank, ranks_->size(), block_count()); }

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

// Adds n tables of counts to to[begin, end), in order.
void LabelPass::add_counted(std::size_t first, std::size_t n, std::size_t begin, std::size_t end,
                            std::span<double> to) {
  for (std::size_t r = first; r < first + n; ++r) {
    if (!pairs_.empty()) {
      pairs_[r].add_counts(begin, end, to);
      continue;
    }
    const double* from = counts_[r].labels.values().data();
    for (std::size_t i = begin; i < end; ++i) to[i] += from[i];
  }
}

// Adds the counts of the runs at hand from number `first` on, of n; the other sums of all n.
void LabelPass::merge(std::size_t first, std::size_t n, Counts& out) {
  const auto to = out.labels.values();
  threads_.run((to.size() + kSegment - 1) / kSegment, [&](std::size_t s) {
    add_counted(first, n - first, s * kSegment, std::min(to.size(), (s + 1) * kSegment), to);
  });
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < out.classes.size(); ++c) out.classes[c] += counts_[r].classes[c];
    for (std::size_t e = 0; e < out.extra.size(); ++e) out.extra[e] += counts_[r].extra[e];
    out.log_evidence += counts_[r].log_evidence;
  }
}

void LabelPass::for_each_chunk(std::size_t run, const std::function<void(const LabelChunk&)>& act) const {
  LabelStore room;
  for (std::size_t b = runs_[run]; b < runs_[run + 1]; ++b) act(source_->chunk(b, room));
}

void LabelPass::for_each_own_chunk(const std::function<void(const Problem& part, const LabelChunk& chunk)>& act) const {
  const std::size_t first = runs_[first_run_];
  threads_.run(runs_[end_run_] - first, [&](std::size_t b) {
    LabelStore room;
    const LabelChunk chunk = source_->chunk(first + b, room);
    act(ChunkProblem(problem_, chunk).problem(), chunk);
  });
}

// Counts the blocks of n runs, each into the counts of its run.
void LabelPass::count_runs(std::size_t first, std::size_t n, const Task& task) {
  threads_.run(n, [&](std::size_t r) {
    Counts& counts = counts_[r];
    if (!pairs_.empty()) pairs_[r].start(task.pairs_of->table);
    std::fill(counts.labels.values().begin(), counts.labels.values().end(), 0.0);
    std::fill(counts.classes.begin(), counts.classes.end(), 0.0);
    counts.extra.assign(task.extra_count, 0.0);
    counts.log_evidence = 0;
    task.count(first + r, counts, pairs_.empty() ? nullptr : pairs_[r].data());
  });
}

// Counts, or pairs instead of their tables, for so many runs at once.
void LabelPass::make_room(std::size_t runs, bool pairs) {
  const LabelShape& shape = source_->shape();
  const std::uint64_t workers = pairs ? 0 : shape.worker_count;
  if (counts_.size() != runs || counts_.front().labels.worker_count() != workers) {
    counts_.clear();
    for (std::size_t r = 0; r < runs; ++r) counts_.emplace_back(workers, shape.class_count);
  }
  if (!pairs) {
    pairs_ = {};
  } else if (pairs_.size() != runs) {
    pairs_.assign(runs, Pairs(shape.worker_count * shape.class_count, shape.class_count));
  }
}

// Counts every block and merges the runs into `out`, a few runs at a time.
void LabelPass::for_each_block(Counts& out, const Task& task) {
  const LabelShape& shape = source_->shape();
  if (out.classes.size() != shape.class_count || out.labels.worker_count() != shape.worker_count)
    out = Counts(shape.worker_count, shape.class_count);
  std::fill(out.classes.begin(), out.classes.end(), 0.0);
  out.log_evidence = 0;
  out.extra.assign(task.extra_count, 0.0);
  if (ranks_ != nullptr) return for_own_blocks(out, task);
  const std::size_t threads = threads_.thread_count();
  const std::size_t in_memory =
      kTableBytes / std::max<std::size_t>(1, table_bytes(shape.worker_count, shape.class_count));
  const std::size_t at_once = std::min(block_count(), std::clamp(in_memory, threads, std::max(threads, kUsualRuns)));
  make_room(at_once, task.pairs_of != nullptr);
  for (std::size_t first = 0; first < block_count(); first += at_once) {
    const std::size_t n = std::min(at_once, block_count() - first);
    // The first run of all counts where the sum is wanted.
    const bool in_place = first == 0 && pairs_.empty();
    if (in_place) std::swap(counts_[0].labels, out.labels);
    count_runs(first, n, task);
    if (in_place) std::swap(counts_[0].labels, out.labels);
    if (first == 0 && !in_place) std::fill(out.labels.values().begin(), out.labels.values().end(), 0.0);
    merge(in_place ? 1 : 0, n, out);
  }
}

void LabelPass::on_all_ranks(std::uint64_t key, const std::function<void()>& work) {
  if (ranks_ == nullptr) return work();
  std::optional<Error> failure;
  try {
    work();
  } catch (const Error& e) {
    failure = e;
  } catch (const std::bad_alloc&) {
    failure = Error(ErrorCode::limit_exceeded, "out of memory");
  }
  stopping_ = ranks_->agree(Stage::pass, key, failure ? &*failure : nullptr, stop_ != nullptr && stop_->load());
}

// The same over all ranks. A rank can add its runs only when the sum of those before arrives: they are kept apart until
// then. All of them together are no larger than a part of the rank's labels (run_count).
void LabelPass::for_own_blocks(Counts& out, const Task& task) {
  const std::size_t n = end_run_ - first_run_;
  on_all_ranks(task.key, [&] {
    if (n > 0) make_room(n, task.pairs_of != nullptr);
    count_runs(first_run_, n, task);
  });
  const auto to = out.labels.values();
  ranks_->ordered_sum(to, [&](std::size_t begin, std::size_t end) {
    threads_.run((end - begin + kSegment - 1) / kSegment, [&](std::size_t s) {
      add_counted(0, n, begin + s * kSegment, std::min(end, begin + (s + 1) * kSegment), to);
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

std::size_t LabelPass::collected_items() const {
  return is_first_rank() ? source_->shape().item_count : end_item() - first_item();
}

void LabelPass::add_over_ranks(std::span<double> values) const {
  if (ranks_ == nullptr) return;
  const std::vector<double> own(values.begin(), values.end());
  ranks_->ordered_sum(values, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) values[i] += own[i];
  });
}

void LabelPass::collect(std::span<double> values, std::size_t of_item) const {
  if (ranks_ == nullptr) return;
  if (ranks_->rank() > 0) {
    ranks_->start_send(0, std::as_bytes(values));
    return ranks_->finish_sends();
  }
  for (int r = 1; r < ranks_->size(); ++r) {
    const std::size_t begin = of_item * borders_[first_run(r)];
    const std::size_t end = of_item * borders_[first_run(r + 1)];
    ranks_->receive(r, std::as_writable_bytes(values.subspan(begin, end - begin)));
  }
}

void LabelPass::count(const CountChunk& count, std::size_t extra_count, std::uint64_t key, Counts& out) {
  const auto count_run = [&](std::size_t run, Counts& counts, double* /*pairs*/) {
    for_each_chunk(run, [&](const LabelChunk& chunk) {
      const ChunkProblem part(problem_, chunk);
      count(part.problem(), chunk, counts);
    });
  };
  for_each_block(out, {count_run, nullptr, extra_count, key});
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
        const ItemIndex first_row = chunk.begin - (chunk.first_item - first_item());
        observe_block({part, gold_in_prior_, chunk.begin, chunk.end, nullptr, nullptr, counts, nullptr, first_row},
                      posterior);
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

// Whether run_block takes the kernel.
bool LabelPass::kernel_counts() const { return problem_.gold.empty() && !source_->shape().has_weights; }

// Counts a run's tiles. Row 0 of `posterior` is the first item of this rank.
void LabelPass::count_tiles(std::size_t run, const Tables& tables, Counts& counts, Matrix<double>* posterior) const {
  const std::size_t k = source_->shape().class_count;
  LabelStore none;
  LineVector<double> products;
  std::vector<std::int64_t> exponents;
  std::vector<ItemIndex> blocks;
  for (const LabelTile& tile : tiles_->of_run(run)) {
    blocks.clear();
    for (std::size_t b = tile.begin; b <= tile.end; ++b) blocks.push_back(source_->first_item(b));
    const ItemIndex first = blocks.front();
    // The store goes on with the other blocks of the tile.
    const LabelChunk start = source_->chunk(tile.begin, none);
    const std::size_t items = blocks.back() - first;
    products.resize(std::max(products.size(), items * k));
    exponents.resize(std::max(exponents.size(), items));
    run_tile({.cells = tile.cells.data(),
              .cell_count = tile.cells.size(),
              .offsets = start.store.offsets().data() + start.begin,
              .blocks = blocks.data(),
              .block_count = tile.end - tile.begin,
              .class_count = k,
              .prior = tables.prior.data(),
              .table = tables.table.data(),
              .counts = counts.labels.values().data(),
              .classes = counts.classes.data(),
              .posterior = posterior == nullptr ? nullptr : posterior->row(first - first_item()).data(),
              .products = products.data(),
              .exponents = exponents.data(),
              .log_evidence = &counts.log_evidence});
  }
}

void LabelPass::run(const Factors& factors, Counts& out, Matrix<double>* posterior) {
  const Tables tables(factors, threads_, false);
  const LabelShape& shape = source_->shape();
  const ItemIndex first = first_item();
  if (posterior) *posterior = Matrix<double>(collected_items(), shape.class_count);
  const bool in_tiles = holds_labels_ && kernel_counts() && is_far(shape);
  if (in_tiles && tiles_ == nullptr)
    tiles_ = std::make_unique<LabelTiles>(*source_, runs_, first_run_, end_run_, threads_);
  const auto count_run = [&](std::size_t run, Counts& counts, double* pairs) {
    if (in_tiles) count_tiles(run, tables, counts, posterior);
    if (in_tiles && posterior == nullptr) return;
    for_each_chunk(run, [&](const LabelChunk& chunk) {
      const ChunkProblem part(problem_, chunk);
      const ItemIndex row = chunk.first_item - first;
      if (!in_tiles) {
        run_block({part.problem(), gold_in_prior_, chunk.begin, chunk.end, tables.prior.data(), tables.table.data(),
                   counts, posterior, chunk.begin - row, pairs});
      }
      if (posterior) put_unlabelled(part.problem(), chunk, tables.prior, *posterior, row);
    });
  };
  // Side by side, factors and counts of labels that are taken item by item save half of the way to memory.
  const bool in_pairs =
      !in_tiles && kernel_counts() && table_bytes(shape.worker_count, shape.class_count) > kFarTableBytes;
  for_each_block(out, {count_run, in_pairs ? &tables : nullptr, 0, ranks_ != nullptr ? tables.key() : 0});
  if (posterior) collect(posterior->values(), shape.class_count);
}

ChunkPosterior LabelPass::posteriors_by(const Factors& factors) const {
  const auto tables = std::make_shared<const Tables>(factors, threads_, true);
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
