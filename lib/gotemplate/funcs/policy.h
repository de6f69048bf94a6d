#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sidecar::gotemplate {

// What template functions may take from outside the template and its data. The default allows
// nothing: a template then gives the same text everywhere, every time.
//
// A template that calls a function which can do nothing within its policy is refused when it is
// parsed. Functions that need the outside only for some arguments (`date` shows the present for
// what is no time) fail when executed with those. The callbacks are called by executions, from any
// thread.
struct Policy {
  // The present, in nanoseconds since 1970. Empty: templates see no clock.
  std::function<std::int64_t()> clock = nullptr;
  // Whether they may make random texts, keys, certificates and salted hashes, some of which take
  // seconds of computing.
  bool randomness = false;
  // The value of an environment variable, "" for one that is not set. Empty: all are "".
  std::function<std::string(std::string_view name)> environment = nullptr;
};

// Why templates may not call a function, as the end of a sentence ("templates see no clock");
// empty if they may, or there is no such function. Lives as long as the program.
std::string_view RefusalOf(std::string_view function, const Policy& policy);

}  // namespace sidecar::gotemplate
