#include "assay/models/pull_pass.h"

#include <algorithm>
#include <span>
#include <utility>

#include "assay/base/hash.h"
#include "assay/models/block_step.h"
#include "assay/models/chunk_problem.h"
#include "assay/models/majority_vote.h"
#include "assay/models/pull_item.h"

namespace assay::models {
namespace {

// The further sums of a run, in Counts::extra.
struct Layout {
  explicit Layout(std::size_t k)
      : given(k), unit(given + k * k), given_unit(unit + k), moved(given_unit + k * k), labelled(moved + k) {}
  [[nodiscard]] std::size_t size() const { return labelled + 1; }
  [[nodiscard]] PullSums sums(Counts& counts) const {
    double* extra = counts.extra.data();
    return {.own = counts.labels.values().data(),
            .classes = counts.classes.data(),
            .none = extra + none,
            .given = extra + given,
            .unit = extra + unit,
            .given_unit = extra + given_unit,
            .moved = extra + moved};
  }

  std::size_t none = 0;
  std::size_t given, unit, given_unit, moved, labelled;
};

// The items of one chunk by some factors: most by the kernel, the others one by one.
class ChunkItems {
 public:
  // Row i of `posterior` is that of the chunk's i-th item from `first_row` on, and so is `misled` if there is room.
  ChunkItems(const Problem& part, const LabelChunk& chunk, const PullTables& tables, Matrix<double>& posterior,
             std::size_t first_row, std::span<double> misled = {})
      : problem_(part),
        chunk_(chunk),
        tables_(tables),
        posterior_(posterior),
        first_row_(first_row),
        misled_(misled),
        item_(part, tables) {}

  // Makes the posteriors of items with labels, whose log evidence it returns. With `sums` those before are expected in
  // their place, and the items are counted; `gold_in_prior` whether gold takes part in the sums of classes.
  double run(const PullSums* sums, bool gold_in_prior) {
    double log_evidence = 0;
    ItemIndex item = chunk_.begin;
    while (item < chunk_.end) {
      const ItemIndex begin = item;
      while (item < chunk_.end && is_plain(item)) ++item;
      if (item > begin) log_evidence += run_kernel(begin, item, sums);
      for (; item < chunk_.end && !is_plain(item); ++item) log_evidence += run_one(item, sums, gold_in_prior);
    }
    return log_evidence;
  }

 private:
  [[nodiscard]] bool is_plain(ItemIndex item) const {
    return problem_.labels.weights().empty() && problem_.labels.rows(item).size() <= kMostMultiplied &&
           !problem_.has_gold(item);
  }
  [[nodiscard]] std::size_t row(ItemIndex item) const { return first_row_ + (item - chunk_.begin); }

  double run_kernel(ItemIndex begin, ItemIndex end, const PullSums* sums) {
    return run_pull_kernel(
        {.offsets = problem_.labels.offsets().data(),
         .entries = problem_.labels.entries().data(),
         .begin = begin,
         .end = end,
         .class_count = tables_.class_count(),
         .rates = tables_.rates,
         .odds = tables_.odds,
         .miss = tables_.miss.data(),
         .start = tables_.start.data(),
         .none = tables_.none.data(),
         .pulled = tables_.pulled.data(),
         .posterior = posterior_.row(row(begin)).data(),
         .misled = misled_.empty() ? nullptr : misled_.data() + row(begin),
         .sums = sums,
         .far = table_bytes(problem_.labels.worker_count(), tables_.class_count()) > kCachedTableBytes});
  }

  double run_one(ItemIndex item, const PullSums* sums, bool gold_in_prior) {
    if (problem_.labels.rows(item).empty()) return 0;
    const double log_evidence = item_.weigh(item);
    const auto posterior = posterior_.row(row(item));
    if (sums != nullptr) {
      item_.count_states(!problem_.has_gold(item) || gold_in_prior, posterior, *sums);
      item_.count_labels(sums->own);
    }
    if (!misled_.empty()) misled_[row(item)] = item_.misled();
    std::copy(item_.posterior().begin(), item_.posterior().end(), posterior.begin());
    return log_evidence;
  }

  const Problem& problem_;
  const LabelChunk& chunk_;
  const PullTables& tables_;
  Matrix<double>& posterior_;
  std::size_t first_row_;
  std::span<double> misled_;
  PullItem item_;
};

std::size_t labelled_items(const LabelChunk& chunk) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < chunk.size(); ++i) out += chunk.rows(i).empty() ? 0 : 1;
  return out;
}

// Posteriors of a chunk's items, and whether they are pulled where `misled` has room.
void describe_chunk(const Problem& part, const PullTables& tables, const LabelChunk& chunk, std::size_t first_row,
                    Matrix<double>& posterior, std::span<double> misled) {
  ChunkItems(part, chunk, tables, posterior, first_row, misled).run(nullptr, false);
  put_unlabelled(part, chunk, tables.factors->prior, posterior, first_row);
}

// The posteriors before the first pass.
void put_vote_shares(const Problem& part, const LabelChunk& chunk, std::size_t first_row, Matrix<double>& posterior) {
  for (std::size_t i = 0; i < chunk.size(); ++i)
    vote_shares_of(part, chunk.begin + static_cast<ItemIndex>(i), {}, posterior.row(first_row + i));
}

std::uint64_t key_of(const PullTables& tables) {
  const auto rates = tables.factors->rates.values();
  return hash_of(std::span<const double>(tables.start), hash_of(std::span<const double>(tables.none), hash_of(rates)));
}

}  // namespace

PullPass::PullPass(LabelPass& pass) : pass_(pass), keeps_(pass.holds_labels()) {
  if (!keeps_) return;
  // Those that rank 0 gives away later are the same matrix.
  const std::size_t items = pass.gives_posterior() ? pass.collected_items() : pass.end_item() - pass.first_item();
  posterior_ = Matrix<double>(items, pass.labels().shape().class_count);
  pass.for_each_own_chunk([&](const Problem& part, const LabelChunk& chunk) {
    put_vote_shares(part, chunk, chunk.first_item - pass.first_item(), posterior_);
  });
}

PullPass::~PullPass() = default;

// The posteriors of a chunk before a pass, where they are not kept.
void PullPass::make_again(const Problem& part, const LabelChunk& chunk, Matrix<double>& posterior) const {
  posterior = Matrix<double>(chunk.size(), chunk.store.class_count());
  if (last_ != nullptr) {
    ChunkItems(part, chunk, *last_, posterior, 0).run(nullptr, false);
    return;
  }
  put_vote_shares(part, chunk, 0, posterior);
}

void PullPass::run(const SharedPullFactors& factors, PullCounts& out) {
  auto tables = std::make_unique<const PullTables>(factors);
  const std::size_t k = tables->class_count();
  const Layout extra(k);
  const bool gold_in_prior = pass_.gold_takes_part_in_prior();
  const auto count = [&](const Problem& part, const LabelChunk& chunk, Counts& counts) {
    Matrix<double> room;
    if (!keeps_) make_again(part, chunk, room);
    const PullSums sums = extra.sums(counts);
    Matrix<double>& posterior = keeps_ ? posterior_ : room;
    counts.log_evidence +=
        ChunkItems(part, chunk, *tables, posterior, keeps_ ? chunk.first_item - pass_.first_item() : 0)
            .run(&sums, gold_in_prior);
    counts.extra[extra.labelled] += static_cast<double>(labelled_items(chunk));
  };
  pass_.count(count, extra.size(), pass_.on_ranks() ? key_of(*tables) : 0, out.own);
  const double* sums = out.own.extra.data();
  out.shares = Matrix<double>(k, k + 1);
  out.moved = 0;
  for (std::size_t t = 0; t < k; ++t) {
    for (std::size_t j = 0; j < k; ++j) {
      const double not_given = sums[extra.unit + t] - sums[extra.given_unit + j * k + t];
      out.shares(t, j) = sums[extra.given + j * k + t] + tables->start[j * k + t] * std::max(not_given, 0.0);
    }
    out.shares(t, k) = sums[extra.none + t];
    out.moved += sums[extra.moved + t];
  }
  out.labelled_count = sums[extra.labelled];
  if (!keeps_) last_ = std::move(tables);
}

void PullPass::resume_after(const SharedPullFactors& factors) {
  auto tables = std::make_unique<const PullTables>(factors);
  if (keeps_) {
    pass_.for_each_own_chunk([&](const Problem& part, const LabelChunk& chunk) {
      describe_chunk(part, *tables, chunk, chunk.first_item - pass_.first_item(), posterior_, {});
    });
  } else {
    last_ = std::move(tables);
  }
}

ChunkPosterior PullPass::posteriors_by(const SharedPullFactors& factors) const {
  const auto tables = std::make_shared<const PullTables>(factors);
  return [&whole = pass_.problem(), tables](const LabelChunk& chunk, Matrix<double>& out) {
    out = Matrix<double>(chunk.size(), tables->class_count());
    const ChunkProblem part(whole, chunk);
    describe_chunk(part.problem(), *tables, chunk, 0, out, {});
  };
}

void PullPass::describe(const SharedPullFactors& factors, Matrix<double>& posterior, std::vector<double>& misled) {
  const PullTables tables(factors);
  pass_.on_all_ranks(0, [&] {
    posterior = keeps_ ? std::move(posterior_) : Matrix<double>(pass_.collected_items(), tables.class_count());
    misled.assign(pass_.collected_items(), 0.0);
    pass_.for_each_own_chunk([&](const Problem& part, const LabelChunk& chunk) {
      describe_chunk(part, tables, chunk, chunk.first_item - pass_.first_item(), posterior, misled);
    });
  });
}

}  // namespace assay::models
