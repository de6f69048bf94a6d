#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"

namespace sidecar::kubetypes {

// Several complaints about one input, told all at once: hashicorp/go-multierror of 2018 and before.
class ErrorList {
 public:
  bool empty() const { return messages_.empty(); }

  void Add(std::string message) { messages_.push_back(std::move(message)); }
  // Each of `other`'s, prefixed by `prefix` and a space (multierror.Prefix, then Append).
  void Add(const ErrorList& other, std::string_view prefix = {});

  // "2 errors occurred:\n\n* one\n* another"; nothing if the list is empty.
  std::optional<Error> ToError() const;

 private:
  std::vector<std::string> messages_;
};

}  // namespace sidecar::kubetypes
