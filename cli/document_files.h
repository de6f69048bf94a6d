#pragma once

#include <functional>
#include <string>

#include "lib/base/result.h"
#include "lib/yaml/documents.h"

namespace sidecar::cli {

// Calls `each` for every YAML document of a file ("-": standard input), in order, piece by piece:
// memory is that of the largest document. Ends with the first error: one of `each`, as it is, or
// one of the file, which names it.
Result<void> ForEachDocument(const std::string& file,
                             const std::function<Result<void>(const yaml::Document&)>& each);

// A file's name for people: "-" is standard input.
std::string ShownFile(const std::string& file);

}  // namespace sidecar::cli
