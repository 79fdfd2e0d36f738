#include "assay/io/output_guard.h"

#include <algorithm>
#include <filesystem>

#include "assay/base/error.h"

namespace assay::io {
namespace {

namespace fs = std::filesystem;

// Two names of one file have the same canonical path or, as hard links, the same node.
bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code failed;
  return a == b || (fs::exists(a, failed) && fs::exists(b, failed) && fs::equivalent(a, b, failed));
}

bool is_table(const fs::path& path) {
  const auto ending = path.extension();
  return ending == ".csv" || ending == ".jsonl" || ending == ".parquet" || ending == ".json";
}

std::string canonical(const std::string& path) {
  std::error_code failed;
  const auto out = fs::weakly_canonical(path, failed);
  return failed ? path : out.string();
}

}  // namespace

std::string output_target(const std::string& path, const std::string& option) {
  std::error_code failed;
  const auto status = fs::status(path, failed);
  if (!fs::exists(status)) return path;
  if (fs::is_regular_file(status)) return fs::is_symlink(path, failed) ? canonical(path) : path;
  const std::string found = path + (fs::is_directory(status) ? ", which is a folder" : ", which is a device or a pipe");
  throw bad_input("found " + found + "; allowed is the name of a file, which is replaced as a whole",
                  option.empty() ? path : option);
}

OutputGuard::OutputGuard(const std::vector<std::string>& inputs) {
  for (const auto& input : inputs) {
    std::error_code failed;
    if (!fs::is_directory(input, failed)) {
      inputs_.push_back(input);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(input, failed)) {
      if (is_table(entry.path())) inputs_.push_back(entry.path().string());
    }
  }
}

void OutputGuard::add(const std::string& path, const std::string& option) {
  const std::string target = canonical(output_target(path, option));
  const auto is_target = [&](const std::string& other) { return is_same_file(other, target); };
  if (std::any_of(inputs_.begin(), inputs_.end(), is_target)) {
    throw bad_input("would replace " + path + ", an input of this run; choose another place", option);
  }
  if (std::any_of(outputs_.begin(), outputs_.end(), is_target)) {
    throw bad_input("would replace " + path + ", another output of this run; choose another place", option);
  }
  outputs_.push_back(target);
}

}  // namespace assay::io
