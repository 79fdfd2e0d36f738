#include "assay/io/learn_output.h"

#include <cmath>
#include <limits>

#include "assay/base/money.h"
#include "assay/io/learn_records.h"
#include "assay/io/records.h"

namespace assay::io {
namespace {

namespace columns = records::columns;
namespace measures = records::measures;

constexpr std::size_t kRowsPerPart = 8192;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TableColumn text(std::string_view name) { return {std::string(name), ColumnType::text}; }
TableColumn number(std::string_view name) { return {std::string(name), ColumnType::number}; }
TableColumn integer(std::string_view name) { return {std::string(name), ColumnType::integer}; }

// A table of `count` rows made by row(i, sink).
template <typename Row>
Table make_table(std::string_view name, std::vector<TableColumn> columns, std::size_t count, Row row) {
  Table table;
  table.name = name;
  table.columns = std::move(columns);
  table.part_count = (count + kRowsPerPart - 1) / kRowsPerPart;
  table.rows = [count, row](std::size_t part, RowSink& to) {
    for (std::size_t i = part * kRowsPerPart; i < std::min(count, (part + 1) * kRowsPerPart); ++i) {
      row(i, to);
      to.end_row();
    }
  };
  return table;
}

struct Figure {
  std::string_view measure;
  learn::Interval value;
};

Figure plain(std::string_view measure, double value) { return {measure, {value, kNone, kNone}}; }

void write_interval(const learn::Interval& interval, RowSink& to) {
  to.number(interval.value);
  to.number(interval.low);
  to.number(interval.high);
}

Table figures_table(std::string_view name, const std::vector<Figure>& figures) {
  return make_table(name,
                    {text(columns::kMeasure), number(columns::kValue), number(columns::kLow), number(columns::kHigh)},
                    figures.size(), [figures](std::size_t i, RowSink& to) {
                      to.text(figures[i].measure);
                      write_interval(figures[i].value, to);
                    });
}

learn::Interval gain_of(const planning::Gain& gain) { return {gain.value, gain.low, gain.high}; }

}  // namespace

Table predictions_table(const NameTable& items, const ClassSet& classes, const Matrix<double>& predicted,
                        const std::vector<bool>& out_of_fold) {
  std::vector<TableColumn> header = {text(columns::kItem), text(columns::kLabel)};
  for (const auto& name : classes.names()) header.push_back(number(std::string(columns::kProbabilityOf) + name));
  if (!out_of_fold.empty()) header.push_back(integer(columns::kOutOfFold));
  return make_table(records::tables::kPredictions, std::move(header), predicted.rows(),
                    [&items, &classes, &predicted, &out_of_fold](std::size_t i, RowSink& to) {
                      to.text(items.name(static_cast<NameTable::Index>(i)));
                      to.text(classes.name(learn::largest(predicted.row(i))));
                      for (const double p : predicted.row(i)) to.number(p);
                      if (!out_of_fold.empty()) to.integer(out_of_fold[i] ? 1 : 0);
                    });
}

Table scores_table(const engine::LearnResult& result) {
  return figures_table(records::tables::kScores,
                       {{measures::kAccuracy, result.scores.accuracy},
                        {measures::kAuc, result.scores.auc},
                        {measures::kLogLoss, result.scores.log_loss},
                        plain(measures::kItemCount, result.scores.item_count),
                        plain(measures::kTrainedCount, static_cast<double>(result.trained_count)),
                        plain(measures::kUnlabelledCount, static_cast<double>(result.unlabelled_count)),
                        plain(measures::kFeaturelessCount, static_cast<double>(result.featureless_count)),
                        plain(measures::kJudgedByTruth, result.judged_by_truth ? 1 : 0)});
}

Table advice_table(const planning::Advice& advice) {
  return figures_table(records::tables::kAdvice,
                       {plain(measures::kScore, advice.score),
                        {measures::kNewItemsGain, gain_of(advice.new_items)},
                        {measures::kMoreLabelsGain, gain_of(advice.more_labels)},
                        plain(measures::kNewItemsBetter, advice.new_items_better),
                        plain(measures::kSpend, advice.spend),
                        plain(measures::kItemCount, advice.item_count),
                        plain(measures::kLabelsPerItem, advice.labels_per_item),
                        plain(measures::kSingleReliability, advice.single_reliability),
                        plain(measures::kReliability, advice.reliability),
                        plain(measures::kNewItems, advice.new_items.items),
                        plain(measures::kLabelsPerNewItem, static_cast<double>(advice.labels_per_new_item)),
                        plain(measures::kNewItemsEffective, advice.new_items.effective),
                        plain(measures::kMoreLabels, advice.more_labels.labels),
                        plain(measures::kMoreLabelsEffective, advice.more_labels.effective)});
}

Table search_cost_table(const planning::SearchCost& cost) {
  return figures_table(
      records::tables::kGathering,
      {plain(measures::kCostByLabelling, cost.by_labelling), plain(measures::kCostBySearching, cost.by_searching),
       plain(measures::kCrossingBaseRate, cost.crossing_base_rate),
       plain(measures::kCrossingSearchPrice, cost.crossing_search_price)});
}

Table curves_table(const std::vector<planning::CurvePoint>& points) {
  return make_table(records::tables::kLearningCurves,
                    {integer(columns::kItems), integer(columns::kLabelsPerItem), number(columns::kLabellerAccuracy),
                     number(columns::kAccuracy), number(columns::kAccuracyLow), number(columns::kAccuracyHigh),
                     number(columns::kAuc), number(columns::kAucLow), number(columns::kAucHigh)},
                    points.size(), [&points](std::size_t i, RowSink& to) {
                      to.integer(points[i].items);
                      to.integer(points[i].labels_per_item);
                      to.number(points[i].labeller_accuracy);
                      write_interval(points[i].accuracy, to);
                      write_interval(points[i].auc, to);
                    });
}

Table gathering_table(const std::vector<planning::GuidedPoint>& points) {
  return make_table(records::tables::kGathering,
                    {text(columns::kGatheringName), number(columns::kSpent), number(columns::kAuc),
                     number(columns::kAucLow), number(columns::kAucHigh), number(columns::kExamples),
                     number(columns::kItems), number(columns::kDuplicateShare)},
                    points.size(), [&points](std::size_t i, RowSink& to) {
                      to.text(planning::name(points[i].gathering));
                      to.number(points[i].spent);
                      write_interval(points[i].auc, to);
                      to.number(points[i].examples);
                      to.number(points[i].items);
                      to.number(points[i].duplicates);
                    });
}

Table rewards_table(const NameTable& items, const ClassSet& classes, const std::vector<ClassIndex>& truth,
                    const std::vector<planning::BeatReward>& rewards) {
  return make_table(records::tables::kRewards,
                    {text(columns::kItem), text(columns::kTruth), text(columns::kLabel), number(columns::kError),
                     integer(columns::kDuplicate), text(columns::kReward)},
                    rewards.size(), [&items, &classes, &truth, &rewards](std::size_t i, RowSink& to) {
                      to.text(items.name(static_cast<NameTable::Index>(i)));
                      to.text(classes.name(truth[i]));
                      to.text(classes.name(rewards[i].decided));
                      to.number(rewards[i].error);
                      to.integer(rewards[i].is_duplicate ? 1 : 0);
                      to.text(to_text(Money::of_micros(rewards[i].reward_micros)));
                    });
}

}  // namespace assay::io
