#include "assay/io/classifier_file.h"

#include <fstream>
#include <iterator>

#include "assay/base/error.h"
#include "assay/io/output_folder.h"

namespace assay::io {

void write_classifier(const std::string& path, const learn::TrainedClassifier& classifier) {
  write_file(path, learn::save(classifier));
}

learn::TrainedClassifier read_classifier(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::unavailable, "can't be read; a classifier saved by --save is needed", path);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) throw Error(ErrorCode::unavailable, "can't be read", path);
  return learn::restore(bytes, path);
}

}  // namespace assay::io
