#include "controller/condition.h"

#include <algorithm>
#include <ctime>

#include <nlohmann/json.hpp>

#include "lib/base/utf8.h"

namespace sidecar::controller {

namespace {

// As in crds/.
constexpr std::size_t kLongestMessage = 1024;
constexpr std::string_view kCut = "...";

const char* ToString(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::kTrue: return "True";
    case ConditionStatus::kFalse: return "False";
    case ConditionStatus::kUnknown: break;
  }
  return "Unknown";
}

Json Comparable(const Json& status) {
  Json copy = status;
  copy.erase("observedAt");
  for (Json& field : copy) {
    if (field.is_array()) std::sort(field.begin(), field.end());
  }
  return copy;
}

}  // namespace

std::string Rfc3339(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  std::string text(sizeof "2018-01-31T00:00:00Z", '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields));
  return text;
}

std::string Shorten(std::string_view text, std::size_t most) {
  if (text.size() <= most && IsValidUtf8(text)) return std::string(text);
  std::string valid = ReplaceInvalidUtf8(text);
  if (valid.size() <= most) return valid;
  std::size_t end = most - kCut.size();
  const auto continues = [&] { return (static_cast<unsigned char>(valid[end]) & 0xC0U) == 0x80U; };
  while (end > 0 && continues()) --end;
  valid.resize(end);
  return valid.append(kCut);
}

Json MakeCondition(const char* type, ConditionStatus status, const char* reason,
                   std::string_view message) {
  Json condition = {{"type", type}, {"status", ToString(status)}, {"reason", reason}};
  if (!message.empty()) condition["message"] = Shorten(message, kLongestMessage);
  return condition;
}

void CarryTransitions(Json& conditions, const Json& previous, std::string_view now) {
  for (Json& condition : conditions) {
    condition["lastTransitionTime"] = now;
    if (!previous.is_array()) continue;
    for (const Json& before : previous) {
      const std::string since = StringField(before, "lastTransitionTime");
      if (!since.empty() && StringField(before, "type") == StringField(condition, "type") &&
          StringField(before, "status") == StringField(condition, "status")) {
        condition["lastTransitionTime"] = since;
      }
    }
  }
}

bool SameStatus(const Json& left, const Json& right) {
  if (!left.is_object() || !right.is_object()) return left == right;
  return Comparable(left) == Comparable(right);
}

}  // namespace sidecar::controller
