#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "controller/json_field.h"

// What the statuses of the objects in crds/ have in common. Pure, any thread.
//
// Empty texts and lists are left out of them: the server-side apply of Kubernetes 1.20 makes null
// of them, which its validation then refuses.

namespace sidecar::controller {

// "2018-01-31T00:00:00Z".
std::string Rfc3339(std::chrono::system_clock::time_point time);

// At most `most` bytes of it, valid UTF-8, with "..." where something is left out.
std::string Shorten(std::string_view text, std::size_t most);

enum class ConditionStatus : std::uint8_t { kTrue, kFalse, kUnknown };

// A metav1.Condition without its lastTransitionTime. `reason` is one word; the message is shortened
// to what the schemas admit.
Json MakeCondition(const char* type, ConditionStatus status, const char* reason,
                   std::string_view message);

// Gives every condition its lastTransitionTime: that of `previous` (a list of conditions, or
// anything) where its status is the same, else `now`.
void CarryTransitions(Json& conditions, const Json& previous, std::string_view now);

// Whether two statuses say the same: the time of observation does not count, nor does the order of
// lists, in which the API server keeps what was there before what is new.
bool SameStatus(const Json& left, const Json& right);

}  // namespace sidecar::controller
