#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

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

// "app.yaml:18": a line of a document, counted from 1 within it; 0, if unknown, is its first.
std::string ShownPlace(const std::string& file, const yaml::Document& document,
                       std::size_t line = 0);

// What an error about a document, or about an object in it, is prefixed with:
// "app.yaml:18: document 2: Deployment/web".
std::string ShownDocument(const std::string& file, const yaml::Document& document,
                          std::size_t line = 0, std::string_view object = {});

}  // namespace sidecar::cli
