#include "lib/kube/protocol/watch_decoder.h"

#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"

namespace sidecar::kube {

namespace {

// A buffer that held a large event is not kept for the small ones that follow.
constexpr std::size_t kKeptBytes = std::size_t{64} << 10U;

constexpr std::array kTypes = {
    std::pair(std::string_view("ADDED"), WatchEventType::kAdded),
    std::pair(std::string_view("MODIFIED"), WatchEventType::kModified),
    std::pair(std::string_view("DELETED"), WatchEventType::kDeleted),
    std::pair(std::string_view("BOOKMARK"), WatchEventType::kBookmark),
    std::pair(std::string_view("ERROR"), WatchEventType::kError),
};

std::optional<WatchEventType> TypeOf(std::string_view name) {
  for (const auto& [text, type] : kTypes) {
    if (text == name) return type;
  }
  return std::nullopt;
}

}  // namespace

std::string_view ToString(WatchEventType type) {
  for (const auto& [text, known] : kTypes) {
    if (known == type) return text;
  }
  return "unknown";
}

Result<void> WatchDecoder::Feed(std::string_view bytes, const OnEvent& on_event) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (partial_.size() + piece.size() > max_line_bytes_) {
      return Error{ErrorCode::kInvalidArgument,
                   "watch event is longer than " + std::to_string(max_line_bytes_) + " bytes"};
    }
    if (end == std::string_view::npos) {
      partial_.append(piece);
      return {};
    }
    bytes.remove_prefix(end + 1);
    if (partial_.empty()) {
      if (auto taken = TakeLine(piece, on_event); !taken.has_value()) return taken;
      continue;
    }
    std::string line = std::move(partial_);
    partial_.clear();
    line.append(piece);
    if (auto taken = TakeLine(line, on_event); !taken.has_value()) return taken;
    if (line.capacity() <= kKeptBytes) {
      line.clear();
      partial_ = std::move(line);
    }
  }
  return {};
}

Result<void> WatchDecoder::TakeLine(std::string_view line, const OnEvent& on_event) const {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  ASSIGN_OR_RETURN(const Json event, ParseJson(line, "watch event"));
  const auto wrong = [](const char* what) {
    return Error{ErrorCode::kInvalidArgument, std::string("watch event: ") + what};
  };
  if (!event.is_object()) return wrong("not a JSON object");
  const auto type = event.find("type");
  if (type == event.end() || !type->is_string()) return wrong("type is missing");
  const auto object = event.find("object");
  if (object == event.end() || !object->is_object()) return wrong("object is missing");
  if (const auto known = TypeOf(type->get_ref<const std::string&>())) on_event(*known, *object);
  return {};
}

}  // namespace sidecar::kube
