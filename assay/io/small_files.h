#pragma once
#include <string>
#include <vector>
namespace assay::io {
[[nodiscard]] std::vector<std::string> read_classes(const std::string& given);
}
