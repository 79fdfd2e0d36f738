#include "assay/models/pull_pass.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "assay/base/hash.h"
#include "assay/models/chunk_problem.h"
#include "assay/models/majority_vote.h"
#include "assay/models/pull_item.h"

namespace assay::models {
namespace {

// The further sums of a run, in Counts::extra.
struct Layout {
  explicit Layout(std::size_t k)
      : shares(0), unit(k * (k + 1)), given_unit(unit + k), moved(given_unit + k * k), labelled(moved + 1) {}
  [[nodiscard]] std::size_t size() const { return labelled + 1; }

  std::size_t shares;      // PullCounts::shares, without the pulls to classes that nobody gave
  std::size_t unit;        // sum over items of PullStates::unit
  std::size_t given_unit;  // the same over items where class j was given, at j K + t
  std::size_t moved;
  std::size_t labelled;
};

// The states of one item by some factors. K classes known to the compiler, or 0 for any number.
template <std::size_t K>
class Item {
 public:
  Item(const PullTables& tables, const Problem& problem)
      : tables_(tables), problem_(problem), k_(tables.class_count()), states_(k_) {}

  // Weighs the states; returns the logarithm of the evidence.
  double weigh_states(ItemIndex item) {
    const auto rows = problem_.labels.rows(item);
    double log_evidence = 0;
    states_.set_given<K>(rows);
    if (problem_.has_gold(item) || !problem_.labels.weights().empty() || rows.size() > kMostMultiplied) {
      log_evidence = add_logarithms(problem_, item, tables_, states_);
    } else {
      multiply<K>(rows, tables_, states_);
    }
    return log_evidence + std::log(weigh<K>(tables_, states_));
  }
  [[nodiscard]] std::size_t k() const { return K > 0 ? K : k_; }
  [[nodiscard]] const PullStates& states() const { return states_; }

  // The probability of a pull to a class that is not the item's own.
  [[nodiscard]] double misled() const {
    double out = 0;
    for (std::size_t t = 0; t < k(); ++t)
      out += states_.total[t] - states_.none[t] - states_.unit[t] * tables_.start[t * k() + t];
    for (const std::size_t c : states_.classes) {
      const double* state = states_.given.data() + states_.slots[c] * k();
      out -= state[c] - states_.unit[c] * tables_.start[c * k() + c];
    }
    return std::clamp(out, 0.0, 1.0);
  }

 private:
  const PullTables& tables_;
  const Problem& problem_;
  std::size_t k_;
  PullStates states_;
};

// Calls work(K) with K the number of classes where a loop of its own pays, else 0.
template <typename Work>
void with_class_count(std::size_t k, const Work& work) {
  switch (k) {
    case 2:
      return work(std::integral_constant<std::size_t, 2>());
    case 3:
      return work(std::integral_constant<std::size_t, 3>());
    case 4:
      return work(std::integral_constant<std::size_t, 4>());
    case 5:
      return work(std::integral_constant<std::size_t, 5>());
    default:
      return work(std::integral_constant<std::size_t, 0>());
  }
}

// What the posterior of an item was before the pass.
class Kept {
 public:
  Kept(Matrix<double>& posterior, const LabelChunk& chunk) : posterior_(posterior), first_(chunk.first_item) {}
  std::span<double> before(ItemIndex /*item*/, std::size_t i) { return posterior_.row(first_ + i); }

 private:
  Matrix<double>& posterior_;
  ItemIndex first_;
};

template <std::size_t K>
class MadeAgain {
 public:
  MadeAgain(const PullTables* last, const Problem& part) : problem_(part), p_(part.labels.class_count()) {
    if (last != nullptr) item_.emplace(*last, part);
  }
  std::span<double> before(ItemIndex item, std::size_t /*i*/) {
    if (item_) {
      item_->weigh_states(item);
      std::copy(item_->states().total.begin(), item_->states().total.end(), p_.begin());
    } else {
      vote_shares_of(problem_, item, {}, p_);
    }
    return p_;
  }

 private:
  const Problem& problem_;
  std::optional<Item<K>> item_;
  std::vector<double> p_;
};

// Adds a chunk to the counts of its run.
template <std::size_t K, typename Before>
class Counting {
 public:
  Counting(const Problem& part, bool gold_in_prior, const PullTables& tables, Before before, Counts& out)
      : problem_(part),
        gold_in_prior_(gold_in_prior),
        tables_(tables),
        before_(std::move(before)),
        out_(out),
        extra_(part.labels.class_count()),
        item_(tables, part) {}

  void run(const LabelChunk& chunk) {
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const ItemIndex item = chunk.begin + static_cast<ItemIndex>(i);
      if (problem_.labels.rows(item).empty()) continue;
      out_.log_evidence += item_.weigh_states(item);
      out_.extra[extra_.labelled] += 1;
      count_item(item, before_.before(item, i));
    }
  }

 private:
  [[nodiscard]] std::size_t k() const { return item_.k(); }

  void count_item(ItemIndex item, std::span<double> posterior) {
    const PullStates& states = item_.states();
    const bool takes_part = !problem_.has_gold(item) || gold_in_prior_;
    double moved = 0;
    for (std::size_t t = 0; t < k(); ++t) {
      const double p = states.total[t];
      moved += std::abs(p - posterior[t]);
      posterior[t] = p;
      if (takes_part) out_.classes[t] += p;
    }
    out_.extra[extra_.moved] += moved;
    count_pulls(states);
    count_labels(item, states);
  }

  // Numbers of items a pull. A class that was given has its own state in place of its share of `unit`.
  void count_pulls(const PullStates& states) {
    double* shares = out_.extra.data() + extra_.shares;
    double* unit = out_.extra.data() + extra_.unit;
    double* given_unit = out_.extra.data() + extra_.given_unit;
    for (std::size_t t = 0; t < k(); ++t) {
      shares[t * (k() + 1) + k()] += states.none[t];
      unit[t] += states.unit[t];
    }
    for (const std::size_t c : states.classes) {
      const double* state = states.given.data() + states.slots[c] * k();
      for (std::size_t t = 0; t < k(); ++t) {
        shares[t * (k() + 1) + c] += state[t];
        given_unit[c * k() + t] += states.unit[t];
      }
    }
  }

  // Soft counts of what was the worker's own answer, not the pull's.
  void count_labels(ItemIndex item, const PullStates& states) {
    const auto rows = problem_.labels.rows(item);
    const auto weights = problem_.labels.weights();
    const double odds = tables_.odds;
    const double* __restrict total = states.total.data();
    double* own = out_.labels.values().data();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[problem_.labels.offset(item) + i]);
      const double* __restrict rates = tables_.rates + std::size_t{rows[i]} * k();
      const double* __restrict state = states.given.data() + states.slots[rows[i] % k()] * k();
      double* __restrict to = own + std::size_t{rows[i]} * k();
      for (std::size_t t = 0; t < k(); ++t) {
        const double rate = rates[t] > kSmallestRate ? rates[t] : kSmallestRate;
        to[t] += weight * (total[t] - state[t] * (odds / (rate + odds)));
      }
    }
  }

  const Problem& problem_;
  bool gold_in_prior_;
  const PullTables& tables_;
  Before before_;
  Counts& out_;
  Layout extra_;
  Item<K> item_;
};

// Posteriors of a chunk's items, and whether they are pulled where `misled` has room.
void describe_chunk(const Problem& part, const PullTables& tables, const LabelChunk& chunk, std::size_t first_row,
                    Matrix<double>& posterior, std::span<double> misled) {
  with_class_count(tables.class_count(), [&](auto k) {
    Item<decltype(k)::value> item(tables, part);
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const ItemIndex index = chunk.begin + static_cast<ItemIndex>(i);
      const auto p = posterior.row(first_row + i);
      std::fill(p.begin(), p.end(), 0.0);
      if (!part.labels.rows(index).empty()) {
        item.weigh_states(index);
        if (!misled.empty()) misled[first_row + i] = item.misled();
      }
      if (part.has_gold(index)) {
        p[part.gold[index]] = 1;
      } else {
        const auto& from = part.labels.rows(index).empty() ? tables.factors->prior : item.states().total;
        std::copy(from.begin(), from.end(), p.begin());
      }
    }
  });
}

std::uint64_t key_of(const PullTables& tables) {
  const auto rates = tables.factors->rates.values();
  return hash_of(std::span<const double>(tables.start), hash_of(std::span<const double>(tables.none), hash_of(rates)));
}

}  // namespace

PullPass::PullPass(LabelPass& pass) : pass_(pass), keeps_(pass.in_memory() && !pass.on_ranks()) {
  if (keeps_) posterior_ = vote_shares(pass, {}, pass.threads());
}

PullPass::~PullPass() = default;

void PullPass::run(const SharedPullFactors& factors, PullCounts& out) {
  auto tables = std::make_unique<const PullTables>(factors);
  const std::size_t k = tables->class_count();
  const Layout extra(k);
  const bool gold_in_prior = pass_.gold_takes_part_in_prior();
  const auto count = [&](const Problem& part, const LabelChunk& chunk, Counts& counts) {
    with_class_count(k, [&](auto classes) {
      constexpr std::size_t kClasses = decltype(classes)::value;
      if (keeps_) {
        Counting<kClasses, Kept>(part, gold_in_prior, *tables, {posterior_, chunk}, counts).run(chunk);
      } else {
        using Before = MadeAgain<kClasses>;
        Counting<kClasses, Before>(part, gold_in_prior, *tables, Before(last_.get(), part), counts).run(chunk);
      }
    });
  };
  pass_.count(count, extra.size(), pass_.on_ranks() ? key_of(*tables) : 0, out.own);
  const auto sums = [&](std::size_t part, std::size_t i) { return out.own.extra[part + i]; };
  out.shares = Matrix<double>(k, k + 1);
  for (std::size_t i = 0; i < out.shares.values().size(); ++i) out.shares.values()[i] = sums(extra.shares, i);
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t t = 0; t < k; ++t) {
      const double not_given = sums(extra.unit, t) - sums(extra.given_unit, j * k + t);
      out.shares(t, j) += tables->start[j * k + t] * std::max(not_given, 0.0);
    }
  }
  out.moved = sums(extra.moved, 0);
  out.labelled_count = sums(extra.labelled, 0);
  if (!keeps_) last_ = std::move(tables);
}

void PullPass::resume_after(const SharedPullFactors& factors) {
  if (keeps_) {
    std::vector<double> unused;
    describe(factors, posterior_, unused);
  } else {
    last_ = std::make_unique<const PullTables>(factors);
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

void PullPass::describe(const SharedPullFactors& factors, Matrix<double>& posterior,
                        std::vector<double>& misled) const {
  const PullTables tables(factors);
  const LabelSource& labels = pass_.labels();
  posterior = Matrix<double>(labels.shape().item_count, tables.class_count());
  misled.assign(labels.shape().item_count, 0.0);
  pass_.threads().run(labels.block_count(), [&](std::size_t b) {
    LabelStore room;
    const LabelChunk chunk = labels.chunk(b, room);
    const ChunkProblem part(pass_.problem(), chunk);
    describe_chunk(part.problem(), tables, chunk, chunk.first_item, posterior, misled);
  });
}

}  // namespace assay::models
