#include "assay/io/label_spill.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <queue>
#include <utility>

#include "assay/base/error.h"
#include "assay/base/hash.h"
#include "assay/core/name_table.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = 1 << 16;
// Beside a part's own bytes: the table of its names, the labels as they are sorted, the rows that they become.
constexpr std::uint64_t kBytesPerByte = 4;

constexpr const char* kRows = "rows";
constexpr const char* kItems = "items";
constexpr const char* kNames = "names";

}  // namespace

/// A file of numbers and texts, written from the beginning, then read from the beginning.
class LabelSpill::File {
 public:
  File(const std::string& path, const char* mode)
      : path_(path), buffer_(kBufferBytes), file_(std::fopen(path.c_str(), mode), &std::fclose) {
    if (!file_) fail();
    std::setvbuf(file_.get(), buffer_.data(), _IOFBF, buffer_.size());
  }

  template <typename T>
  void put(T value) {
    put_bytes(&value, sizeof value);
  }
  void put_bytes(const void* bytes, std::size_t size) {
    if (std::fwrite(bytes, 1, size, file_.get()) != size) fail();
  }
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    put_bytes(text.data(), text.size());
  }

  template <typename T>
  [[nodiscard]] T get() {
    T value{};
    get_bytes(&value, sizeof value);
    return value;
  }
  void get_bytes(void* bytes, std::size_t size) {
    if (std::fread(bytes, 1, size, file_.get()) != size) fail();
  }
  void get_text(std::string& text) {
    text.resize(get<std::uint32_t>());
    get_bytes(text.data(), text.size());
  }
  [[nodiscard]] bool at_end() {
    const int next = std::fgetc(file_.get());
    if (next == EOF) return true;
    std::ungetc(next, file_.get());
    return false;
  }
  void close() {
    if (std::fclose(file_.release()) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::unavailable, std::string("can't be written or read back: ") + std::strerror(errno), path_);
  }
  std::string path_;
  std::vector<char> buffer_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

LabelSpill::LabelSpill(const std::string& folder, std::size_t part_count) {
  folder_ = (fs::path(folder) / (".assay." + std::to_string(::getpid()) + ".spill")).string();
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) throw Error(ErrorCode::unavailable, "the folder can't be made: " + failed.message(), folder_);
  for (std::size_t p = 0; p < part_count; ++p) parts_.push_back(std::make_unique<File>(path_of(p, kRows), "wb"));
}

LabelSpill::~LabelSpill() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string LabelSpill::path_of(std::size_t part, const char* what) const {
  return (fs::path(folder_) / (std::string(what) + std::to_string(part))).string();
}

void LabelSpill::add(std::string_view item, std::span<const Row> rows) {
  File& to = *parts_[hash_of(item) % parts_.size()];
  to.put(run_count_++);
  to.put_text(item);
  to.put(static_cast<std::uint32_t>(rows.size()));
  for (const Row& row : rows) {
    to.put(row.worker);
    to.put(row.label);
    const LabelStoreBuilder::Extras& extras = row.extras;
    const bool is_plain = extras.weight == 1 && std::isnan(extras.time) && std::isnan(extras.seconds);
    to.put(static_cast<std::uint8_t>(is_plain ? 0 : 1));
    if (is_plain) continue;
    to.put(extras.weight);
    to.put(extras.time);
    to.put(extras.seconds);
    shape_.has_weights = shape_.has_weights || extras.weight != 1;
    shape_.has_times = shape_.has_times || !std::isnan(extras.time);
    shape_.has_seconds = shape_.has_seconds || !std::isnan(extras.seconds);
  }
  label_count_ += rows.size();
}

LabelStoreBuilder::DuplicateCounts LabelSpill::sort(const Target& target) {
  LabelStoreBuilder::DuplicateCounts counts;
  shape_.worker_count = target.worker_count;
  shape_.class_count = target.class_order.size();
  for (auto& part : parts_) part->close();
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    sort_part(p, target, counts);
    fs::remove(path_of(p, kRows));
    if (target.progress) target.progress(label_count_ * (p + 1) / parts_.size());
  }
  return counts;
}

// Reads a part, groups its labels by item, and writes items and names in order of first appearance.
void LabelSpill::sort_part(std::size_t part, const Target& target, LabelStoreBuilder::DuplicateCounts& counts) {
  const std::uint64_t bytes = fs::file_size(path_of(part, kRows));
  if (bytes > target.memory / kBytesPerByte) {
    throw Error(ErrorCode::limit_exceeded,
                "one of " + std::to_string(parts_.size()) + " parts of the labels needs about " +
                    std::to_string(kBytesPerByte * bytes / 1000000 + 1) + " MB, more than allowed",
                "--memory");
  }
  File from(path_of(part, kRows), "rb");
  NameTable items;
  std::vector<std::uint64_t> first_run;
  LabelStoreBuilder builder;
  builder.expect(shape_.has_weights, shape_.has_times, shape_.has_seconds);
  std::string name;
  while (!from.at_end()) {
    const auto run = from.get<std::uint64_t>();
    from.get_text(name);
    const auto item = items.intern(name);
    if (item == first_run.size()) first_run.push_back(run);
    for (auto left = from.get<std::uint32_t>(); left > 0; --left) {
      const auto worker = from.get<WorkerIndex>();
      const auto label = from.get<ClassIndex>();
      LabelStoreBuilder::Extras extras;
      if (from.get<std::uint8_t>() != 0) {
        extras.weight = from.get<float>();
        extras.time = from.get<double>();
        extras.seconds = from.get<float>();
      }
      builder.add(item, worker, label, extras);
    }
  }
  LabelStoreBuilder::DuplicateCounts found;
  const LabelStore store =
      builder.finish(items.size(), target.worker_count, target.class_order.size(),
                     {target.class_order.begin(), target.class_order.end()}, target.duplicates, &found);
  if (found.stopped) {
    throw bad_input("the worker \"" + std::string(target.worker_name(found.worker)) + "\" labels the item \"" +
                    std::string(items.name(found.item)) +
                    "\" more than once, which --duplicates error forbids (allowed are all, first, last)");
  }
  counts.repeated += found.repeated;
  counts.contradicting += found.contradicting;
  shape_.item_count += items.size();
  shape_.label_count += store.label_count();
  File to_items(path_of(part, kItems), "wb");
  File to_names(path_of(part, kNames), "wb");
  for (ItemIndex o = 0; o < items.size(); ++o) {
    to_names.put(first_run[o]);
    to_names.put_text(items.name(o));
    to_items.put(first_run[o]);
    to_items.put(static_cast<std::uint32_t>(store.rows(o).size()));
    for (std::uint64_t at = store.offset(o); at < store.offset(o + 1); ++at) {
      to_items.put(store.entries()[at]);
      if (shape_.has_weights) to_items.put(store.weights()[at]);
      if (shape_.has_times) to_items.put(store.times()[at]);
      if (shape_.has_seconds) to_items.put(store.seconds()[at]);
    }
  }
  to_items.close();
  to_names.close();
}

// Calls `take` for every record of all parts, in order of the runs with which they begin.
void LabelSpill::merge(const char* what, const std::function<void(File&)>& take) {
  std::vector<std::unique_ptr<File>> files;
  using Next = std::pair<std::uint64_t, std::size_t>;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    files.push_back(std::make_unique<File>(path_of(p, what), "rb"));
    if (!files[p]->at_end()) next.emplace(files[p]->get<std::uint64_t>(), p);
  }
  while (!next.empty()) {
    const std::size_t p = next.top().second;
    next.pop();
    take(*files[p]);
    if (!files[p]->at_end()) next.emplace(files[p]->get<std::uint64_t>(), p);
  }
}

void LabelSpill::write_items(blocks::BlockWriter& to) {
  const bool has_extras = shape_.has_weights || shape_.has_times || shape_.has_seconds;
  std::vector<std::uint32_t> rows;
  std::vector<blocks::BlockWriter::Extras> extras;
  merge(kItems, [&](File& from) {
    rows.resize(from.get<std::uint32_t>());
    extras.resize(has_extras ? rows.size() : 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = from.get<std::uint32_t>();
      if (shape_.has_weights) extras[i].weight = from.get<float>();
      if (shape_.has_times) extras[i].time = from.get<double>();
      if (shape_.has_seconds) extras[i].seconds = from.get<float>();
    }
    to.add_item(rows, extras);
  });
}

void LabelSpill::write_names(blocks::BlockWriter& to) {
  std::string name;
  merge(kNames, [&](File& from) {
    from.get_text(name);
    to.add_item_name(name);
  });
}

}  // namespace assay::io
