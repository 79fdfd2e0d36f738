#include "assay/io/records.h"

#include <algorithm>
#include <cctype>

namespace assay::io::records {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kWorker[] = {
    "worker",          "workerid",       "performer",   "performerid", "annotator", "annotatorid",
    "rater",           "raterid",        "labeler",     "labelerid",   "labeller",  "labellerid",
    "coder",           "coderid",        "judge",       "judgeid",     "observer",  "respondent",
    "participant",     "participantid",  "prolificpid", "turker",      "turkerid",  "assignment:workerid",
    "turkle.username", "turkleusername", "completedby", "user",        "userid",    "username",
    "source",          "model"};
constexpr std::string_view kItem[] = {
    "item",      "itemid",     "task",       "taskid", "object",   "objectid", "example",
    "exampleid", "question",   "questionid", "unit",   "unitid",   "instance", "instanceid",
    "document",  "documentid", "docid",      "sample", "sampleid", "hitid",    "assignment:taskid",
    "id"};
constexpr std::string_view kLabel[] = {"label",      "answer",        "response", "judgment", "judgement",
                                       "annotation", "assignedlabel", "given",    "class",    "category",
                                       "choice",     "vote",          "rating",   "value"};
constexpr std::string_view kWeight[] = {"weight", "labelweight"};
constexpr std::string_view kTime[] = {"time",     "timestamp", "submittime",  "submittedat",         "submitted",
                                      "datetime", "createdat", "completedat", "assignment:submitted"};
constexpr std::string_view kSeconds[] = {"seconds",           "worktime",       "worktimeinseconds",
                                         "workseconds",       "duration",       "durationseconds",
                                         "durationinseconds", "elapsedseconds", "leadtime"};
constexpr std::string_view kStatus[] = {"assignmentstatus", "assignment:status"};
constexpr std::string_view kGolden[] = {"golden"};
constexpr std::string_view kGold[] = {"label",     "gold",         "truth",    "true",  "truelabel",
                                      "goldlabel", "correctlabel", "correct",  "class", "category",
                                      "answer",    "groundtruth",  "expected", "value"};
constexpr std::string_view kTrue[] = {"true", "truth", "from", "trueclass", "correct", "actual"};
constexpr std::string_view kDecided[] = {"decided", "assigned", "given", "to", "decidedclass", "predicted"};
constexpr std::string_view kCost[] = {"cost", "value", "costs"};
constexpr std::string_view kClass[] = {"class", "category", "label", "categoryname", "name"};
constexpr std::string_view kPrior[] = {"prior", "probability", "share", "value"};

struct Entry {
  std::string_view name;
  Names synonyms;
};

Entry entry(Role role) {
  switch (role) {
    case Role::worker:
      return {"worker", kWorker};
    case Role::item:
      return {"item", kItem};
    case Role::label:
      return {"label", kLabel};
    case Role::weight:
      return {"weight", kWeight};
    case Role::time:
      return {"time", kTime};
    case Role::seconds:
      return {"seconds", kSeconds};
    case Role::status:
      return {"status", kStatus};
    case Role::golden:
      return {"golden", kGolden};
    case Role::gold:
      return {"label", kGold};
    case Role::true_class:
      return {"true", kTrue};
    case Role::decided_class:
      return {"decided", kDecided};
    case Role::cost:
      return {"cost", kCost};
    case Role::class_name:
      return {"class", kClass};
    case Role::prior:
      return {"prior", kPrior};
  }
  return {};
}

}  // namespace

std::string_view name(Role role) { return entry(role).name; }
std::span<const std::string_view> synonyms(Role role) { return entry(role).synonyms; }

std::string normalized(std::string_view column) {
  std::string out;
  for (const char c : column) {
    if (c != ' ' && c != '_' && c != '-') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

std::optional<std::size_t> find(Role role, std::span<const std::string> header) {
  std::vector<std::string> columns;
  for (const auto& column : header) columns.push_back(normalized(column));
  for (const auto synonym : synonyms(role)) {
    const auto found = std::find(columns.begin(), columns.end(), synonym);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  }
  return std::nullopt;
}

bool has_role(std::string_view column) {
  const std::string header[] = {std::string(column)};
  for (auto role = Role::worker; role <= Role::prior; role = static_cast<Role>(static_cast<int>(role) + 1)) {
    if (find(role, header)) return true;
  }
  return false;
}

std::string names_in_words(Role role) {
  constexpr std::size_t kShown = 6;
  const Names all = synonyms(role);
  std::string out;
  for (std::size_t i = 0; i < std::min(kShown, all.size()); ++i) out += (i > 0 ? ", " : "") + std::string(all[i]);
  return out + (all.size() > kShown ? ", ..." : "");
}

}  // namespace assay::io::records
