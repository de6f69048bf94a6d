#pragma once

#include <chrono>
#include <string_view>

namespace sidecar::webhook {

// How long an answer to a request may take: the time the API server waits, `?timeout=10s` in the
// request's target, less a margin for the way back. Without a usable timeout there, it is that of a
// webhook which asks for none, and never more than the 30 s that webhooks may ask for.
std::chrono::nanoseconds TimeToAnswer(std::string_view target);

}  // namespace sidecar::webhook
