#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/lease.h"
#include "lib/kube/protocol/status.h"
#include "lib/kube/protocol/watch_decoder.h"

// A watch's body gives the same events however it is cut into pieces, and no object in it can hurt
// those who read it.

namespace {

namespace kube = sidecar::kube;

constexpr std::size_t kMaxLine = 4096;

std::string Decode(std::string_view bytes, std::size_t piece) {
  kube::WatchDecoder decoder(kMaxLine);
  std::string seen;
  while (!bytes.empty()) {
    const auto fed = decoder.Feed(
        bytes.substr(0, piece), [&](kube::WatchEventType type, const nlohmann::json& object) {
          seen.append(kube::ToString(type));
          seen += object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
          if (kube::ToError(kube::ParseStatus(500, object)).message.empty()) std::abort();
          (void)kube::ReadLease(object);
        });
    if (!fed.has_value()) return seen + "!";
    bytes.remove_prefix(piece < bytes.size() ? piece : bytes.size());
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = Decode(bytes, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    if (Decode(bytes, piece) != whole) std::abort();
  }
  if (kube::StatusError(500, bytes).message.empty()) std::abort();
  return 0;
}
