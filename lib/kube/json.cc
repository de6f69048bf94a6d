#include "lib/kube/json.h"

#include <string>

#include <nlohmann/json.hpp>

namespace sidecar::kube {

namespace {

// Copying, comparing and printing a tree recurse.
constexpr int kMostLevels = 256;

bool IsTooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMostLevels) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<Json> ParseJson(std::string_view text, std::string_view what) {
  if (IsTooDeep(text)) {
    return Error{ErrorCode::kInvalidArgument, std::string(what) + ": JSON is nested too deeply"};
  }
  try {
    return Result<Json>(boost::system::in_place_value, Json::parse(text));
  } catch (const Json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    std::string_view reason = e.what();
    if (const std::size_t end = reason.find("] "); end != std::string_view::npos) {
      reason.remove_prefix(end + 2);
    }
    return Error{ErrorCode::kInvalidArgument,
                 std::string(what).append(": invalid JSON: ").append(reason)};
  }
}

}  // namespace sidecar::kube
