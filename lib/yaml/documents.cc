#include "lib/yaml/documents.h"

#include <utility>

namespace sidecar::yaml {
namespace {

constexpr std::string_view kSeparator = "---";
constexpr std::string_view kSpaces = " \t\n\v\f\r";

std::string_view TrimSpace(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

}  // namespace

void DocumentReader::Feed(std::string_view bytes) {
  input_.erase(0, consumed_);
  searched_ -= consumed_;
  consumed_ = 0;
  input_ += bytes;
}

// The next line without its break; nothing where it is not complete yet.
std::optional<std::string_view> DocumentReader::TakeLine() {
  const std::string_view input = input_;
  const std::size_t end = input.find('\n', searched_);
  if (end == std::string_view::npos) {
    searched_ = input.size();
    if (!finished_ || consumed_ == input.size()) return std::nullopt;
    const std::string_view last = input.substr(consumed_);
    consumed_ = input.size();
    return last;
  }
  std::string_view line = input.substr(consumed_, end - consumed_);
  consumed_ = searched_ = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Document DocumentReader::Deliver() {
  delivered_ = true;
  return {document_, first_line_, ++documents_};
}

// The document, or a line that is not complete and would make it so.
bool DocumentReader::IsTooLarge() const {
  const bool incomplete_line = searched_ == input_.size();
  const std::size_t pending = incomplete_line ? input_.size() - consumed_ : 0;
  return document_.size() + pending > max_bytes_;
}

Error DocumentReader::Fail(std::string message) {
  finished_ = true;
  consumed_ = searched_ = input_.size();
  document_.clear();
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::optional<Document>> DocumentReader::Next() {
  if (delivered_) {
    document_.clear();
    delivered_ = false;
  }
  while (const std::optional<std::string_view> line = TakeLine()) {
    ++lines_;
    if (line->starts_with(kSeparator)) {
      const std::string_view rest = TrimSpace(line->substr(kSeparator.size()));
      if (!rest.empty() && rest.front() != '#') {
        return Fail("line " + std::to_string(lines_) +
                    ": invalid Yaml document separator: " + std::string(rest));
      }
      if (!document_.empty()) return Deliver();
    }
    if (document_.empty()) first_line_ = lines_;
    document_ += *line;
    document_ += '\n';
    if (document_.size() > max_bytes_) break;
  }
  if (IsTooLarge()) {
    const std::size_t first = document_.empty() ? lines_ + 1 : first_line_;
    return Fail("document " + std::to_string(documents_ + 1) + " at line " + std::to_string(first) +
                " is larger than " + std::to_string(max_bytes_) + " bytes");
  }
  if (finished_ && !document_.empty()) return Deliver();
  return std::optional<Document>();
}

}  // namespace sidecar::yaml
