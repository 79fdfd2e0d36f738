#pragma once

#include <memory>
#include <string>
#include <vector>

#include "assay/io/output_file.h"
#include "assay/sim/crowd.h"

namespace assay::io {

/// Writes a simulated crowd into a folder, block by block:
///   labels.csv   worker,item,label[,time]
///   truth.csv    item,label[,hard]            hard (0 or 1) when there are hard items
///   gold.csv     item,label                   when a share of the items is gold
///   workers.csv  worker,kind,copies,true,given,probability: one row a cell of the worker's matrix; `copies` names the
///                worker whom a colluding one copies, empty for everybody else
/// The files appear, all of them, at `commit`.
class CrowdFiles {
 public:
  /// Makes the folder. Throws Error{unavailable} when it can't be written to.
  CrowdFiles(const sim::Crowd& crowd, const std::string& folder);
  void add(const sim::CrowdBlock& block);
  /// Writes workers.csv and gives every file its name.
  void commit();
  /// Names of the files, as users see them.
  [[nodiscard]] std::vector<std::string> paths() const;

 private:
  void add_items(const sim::CrowdBlock& block);
  void add_labels(const sim::CrowdBlock& block);
  void add_workers();

  const sim::Crowd& crowd_;
  std::vector<std::string> classes_;  // as CSV fields
  std::string row_;
  OutputFile labels_;
  OutputFile truth_;
  std::unique_ptr<OutputFile> gold_;
  OutputFile workers_;
};

}  // namespace assay::io
