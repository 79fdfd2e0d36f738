#include "assay/base/communicator.h"

#include <gtest/gtest.h>

#include <vector>

#include "assay/base/random.h"
#include "assay/base/rank_threads.h"

namespace assay {
namespace {

// The message of the error that agreeing ends with on this rank.
std::string disagreement(Communicator& ranks, Stage stage, std::uint64_t key, const Error* failure = nullptr) {
  try {
    ranks.agree(stage, key, failure);
  } catch (const Error& e) {
    EXPECT_TRUE(ranks.failed_together());
    return e.what();
  }
  return "";
}

TEST(Communicator, AgreesWhenAllAreWell) {
  for (const int size : {1, 2, 7}) {
    run_rank_threads(size, [&](Communicator& ranks) {
      EXPECT_FALSE(ranks.agree(Stage::ready, 77));
      EXPECT_TRUE(ranks.agree(Stage::pass, 5, nullptr, ranks.rank() == size - 1));
      EXPECT_FALSE(ranks.failed_together());
    });
  }
}

TEST(Communicator, TellsAllOfTheFirstFailure) {
  run_rank_threads(4, [](Communicator& ranks) {
    const Error failure = bad_input("no such file " + std::to_string(ranks.rank()), "labels.csv");
    EXPECT_EQ(disagreement(ranks, Stage::ready, 0, ranks.rank() >= 2 ? &failure : nullptr),
              "labels.csv: no such file 2 (on rank 2 of 4)");
    EXPECT_EQ(disagreement(ranks, Stage::ready, 0, &failure), "labels.csv: no such file 0");
  });
}

TEST(Communicator, AFailureCountsWhereverTheOthersAre) {
  run_rank_threads(3, [](Communicator& ranks) {
    const Error failure(ErrorCode::limit_exceeded, "out of memory");
    EXPECT_EQ(ranks.rank() == 1 ? disagreement(ranks, Stage::end, 0, &failure) : disagreement(ranks, Stage::pass, 9),
              "out of memory (on rank 1 of 3)");
  });
}

TEST(Communicator, FindsRanksThatDiffer) {
  run_rank_threads(2, [](Communicator& ranks) {
    const bool is_first = ranks.rank() == 0;
    EXPECT_NE(disagreement(ranks, Stage::ready, is_first ? 1 : 2).find("different labels"), std::string::npos);
    EXPECT_NE(disagreement(ranks, Stage::pass, is_first ? 1 : 2).find("different parameters"), std::string::npos);
    EXPECT_NE(disagreement(ranks, is_first ? Stage::pass : Stage::end, 1).find("what comes next"), std::string::npos);
  });
}

TEST(Communicator, ARankThatIsGoneIsNoticed) {
  EXPECT_THROW(run_rank_threads(2,
                                [](Communicator& ranks) {
                                  if (ranks.rank() == 0) ranks.agree(Stage::ready);
                                }),
               Error);
}

// Terms whose sum depends on the order in which they are added.
TEST(Communicator, SumsInRankOrder) {
  constexpr std::size_t kNumbers = 150000;  // more than two pieces
  Random random(3);
  std::vector<std::vector<double>> terms(16, std::vector<double>(kNumbers));
  std::vector<double> expected(kNumbers);
  for (auto& term : terms) {
    for (std::size_t i = 0; i < kNumbers; ++i) expected[i] += term[i] = random.uniform() * (random.below(2) ? 1e9 : 1);
  }
  for (const std::size_t size : {1, 2, 3, 5, 16, 20}) {
    run_rank_threads(static_cast<int>(size), [&](Communicator& ranks) {
      const auto r = static_cast<std::size_t>(ranks.rank());
      std::vector<double> total(kNumbers, 7.0);
      ranks.ordered_sum(total, [&](std::size_t begin, std::size_t end) {
        for (std::size_t t = terms.size() * r / size; t < terms.size() * (r + 1) / size; ++t) {
          for (std::size_t i = begin; i < end; ++i) total[i] += terms[t][i];
        }
      });
      EXPECT_EQ(total, expected);
    });
  }
}

}  // namespace
}  // namespace assay
