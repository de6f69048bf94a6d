#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

namespace sidecar::kube {

enum class WatchEventType : std::uint8_t { kAdded, kModified, kDeleted, kBookmark, kError };

std::string_view ToString(WatchEventType type);

// Cuts the body of a watch into events: one JSON object a line. The pieces it arrives in say
// nothing: kube-apiserver splits large events and joins small ones.
//
// What comes after the last line break is the beginning of an event whose end is lost: it is
// dropped with the decoder. Blank lines and events of unknown types are passed over.
class WatchDecoder {
 public:
  // An object is at most 1.5 MiB in etcd; its JSON may be several times as long.
  static constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20U;

  using OnEvent = std::function<void(WatchEventType, const nlohmann::json& object)>;

  explicit WatchDecoder(std::size_t max_line_bytes = kMaxLineBytes)
      : max_line_bytes_(max_line_bytes) {}

  // Calls `on_event` for each event that ends in these bytes. An error (a line that is too long or
  // no event) makes the rest of the stream useless: the caller gives it up and lists.
  Result<void> Feed(std::string_view bytes, const OnEvent& on_event);

 private:
  Result<void> TakeLine(std::string_view line, const OnEvent& on_event) const;

  const std::size_t max_line_bytes_;
  std::string partial_;  // A line's beginning.
};

}  // namespace sidecar::kube
