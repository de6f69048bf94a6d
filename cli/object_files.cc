#include "cli/object_files.h"

#include <cstdint>
#include <utility>

#include "cli/document_files.h"
#include "cli/input_files.h"
#include "lib/inject/yaml_error.h"

namespace sidecar::cli {

Result<void> ReadObjects(const std::vector<std::string>& filenames, bool recursive,
                         diagnose::ObjectSet& set) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files, ExpandInputs(filenames, recursive));
  for (const std::string& file : files) {
    Result<void> read = ForEachDocument(file, [&](const yaml::Document& document) -> Result<void> {
      const auto line = static_cast<std::uint32_t>(document.line);
      Result<void> added = set.AddDocument(document.text, {.file = file, .first_line = line});
      if (added.has_value()) return added;
      const std::size_t place = inject::LineOfYamlError(added.error().message);
      return std::move(added).error().Annotate(ShownDocument(file, document, place));
    });
    if (!read.has_value()) return read;
  }
  return {};
}

}  // namespace sidecar::cli
