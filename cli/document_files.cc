#include "cli/document_files.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "cli/input_files.h"

namespace sidecar::cli {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10U;

}  // namespace

Result<void> ForEachDocument(const std::string& file,
                             const std::function<Result<void>(const yaml::Document&)>& each) {
  ASSIGN_OR_RETURN(InputFile input, InputFile::Open(file));
  yaml::DocumentReader reader;
  std::string piece;
  for (bool more = true; more;) {
    piece.clear();
    ASSIGN_OR_RETURN(more, input.Read(kReadBytes, piece));
    if (more) {
      reader.Feed(piece);
    } else {
      reader.Finish();
    }
    while (true) {
      Result<std::optional<yaml::Document>> document = reader.Next();
      if (!document.has_value()) return std::move(document).error().Annotate(ShownFile(file));
      if (!document->has_value()) break;
      if (Result<void> done = each(**document); !done.has_value()) return done;
    }
  }
  return {};
}

std::string ShownFile(const std::string& file) {
  return file == "-" ? "standard input" : file;
}

std::string ShownPlace(const std::string& file, const yaml::Document& document, std::size_t line) {
  return ShownFile(file) + ':' + std::to_string(document.line + (line == 0 ? 0 : line - 1));
}

std::string ShownDocument(const std::string& file, const yaml::Document& document, std::size_t line,
                          std::string_view object) {
  std::string text =
      ShownPlace(file, document, line) + ": document " + std::to_string(document.number);
  if (!object.empty()) text.append(": ").append(object);
  return text;
}

}  // namespace sidecar::cli
