#include "lib/kubetypes/error_list.h"

namespace sidecar::kubetypes {

void ErrorList::Add(const ErrorList& other, std::string_view prefix) {
  for (const std::string& message : other.messages_) {
    Add(prefix.empty() ? message : std::string(prefix) + ' ' + message);
  }
}

// As multierror.ListFormatFunc.
std::optional<Error> ErrorList::ToError() const {
  if (empty()) return std::nullopt;
  std::string text = std::to_string(messages_.size());
  text += messages_.size() == 1 ? " error occurred:\n" : " errors occurred:\n";
  for (const std::string& message : messages_) text += "\n* " + message;
  return Error{ErrorCode::kInvalidArgument, std::move(text)};
}

}  // namespace sidecar::kubetypes
