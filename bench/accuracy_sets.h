#pragma once

#include <array>
#include <string_view>

namespace assay::bench {

/// A real set with truth, and the best accuracy that another program's model was found to have on it, whichever that
/// is: crowd-kit (DS, OneCoin, GLAD, MACE, Wawa, ZBS, MMSR), the VLDB 2017 benchmark's code (D&S, ZC, LFC, CATD, PM,
/// GLAD) and the code of Li, Rubinstein and Cohn 2019 (iBCC, BWA, EBCC), all on the same data and with ties split
/// evenly.
struct RealSet {
  std::string_view name;
  double best_published;
  std::string_view best_model;
};

/// Sets with truth that only claims are held against: few items, truth of few or of chosen items, or of each item's own
/// classes.
inline constexpr std::array<std::string_view, 6> kMoreSetsWithTruth = {"hitspam_cf",   "wsd",           "copyright",
                                                                       "quiz_chinese", "quiz_medicine", "quiz_science"};

inline constexpr std::array kRealSets = {
    RealSet{"product", 0.9397, "Dawid-Skene, crowd-kit"},
    RealSet{"possent", 0.9610, "EBCC, best of 40 starts"},
    RealSet{"bluebirds", 0.8981, "LFC"},
    RealSet{"rte", 0.9313, "EBCC"},
    RealSet{"temp", 0.9459, "Wawa, crowd-kit"},
    RealSet{"polarity", 0.9170, "BWA"},
    RealSet{"polarity_amt", 0.9460, "ZC"},
    RealSet{"mozafari", 0.7120, "Dawid-Skene"},
    RealSet{"vuurens", 0.7931, "EBCC"},
    RealSet{"dog", 0.8426, "Dawid-Skene"},
    RealSet{"face", 0.6404, "Dawid-Skene"},
    RealSet{"weather_cf", 0.8933, "BWA"},
    RealSet{"weather_amt", 0.8600, "CATD"},
    RealSet{"music_genre", 0.8000, "ZBS, crowd-kit"},
    RealSet{"labelme", 0.8010, "LFC"},
    RealSet{"adult2", 0.7658, "Wawa, crowd-kit"},
    RealSet{"trec_relevance", 0.6173, "Dawid-Skene, crowd-kit"},
    RealSet{"fact_eval", 0.9019, "majority vote"},
};

}  // namespace assay::bench
