#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "lib/base/deadline.h"

namespace sidecar::kube {

struct ObjectReference {
  std::string api_version;
  std::string kind;
  std::string ns;  // Empty: the object has none; its events lie in "default".
  std::string name;
  std::string uid{};
  std::string resource_version{};
};

struct EventText {
  bool warning = false;
  std::string reason;   // "InvalidConfig": one word, the same for the same kind of thing.
  std::string message;  // For people; cut at 1024 bytes.
  // When it happened, where the object tells. The Event is named after it and the reason, so that
  // of an installation's processes, which all see it, one writes it, and the others leave it at
  // that.
  std::optional<std::chrono::system_clock::time_point> happened{};
};

// Events that wait to be written, and those that were. Equal events (object, reason, message)
// become one with a count; one object gets a burst of 25 and then one in five minutes, as
// client-go's EventSourceObjectSpamFilter allows. Bounded: what is too much is dropped, oldest
// memories first. Pure, but for the clock given to it; belongs to one thread.
class EventLog {
 public:
  struct Pending {
    ObjectReference object;
    EventText text;
    std::chrono::system_clock::time_point first;
    std::chrono::system_clock::time_point last;
    std::int64_t count = 1;  // In all, those written before included.
    std::string name;        // Of the Event that exists already; empty: there is none.
    int attempts = 0;
  };

  static constexpr std::size_t kMostPending = 256;
  static constexpr std::size_t kMostRemembered = 1024;

  // False: dropped, because of the limits.
  bool Add(const ObjectReference& object, const EventText& text, Clock::time_point now,
           std::chrono::system_clock::time_point wall);

  // The next to be written, removed.
  std::optional<Pending> Take();
  // What became of it.
  void Written(const Pending& event, const std::string& name);
  void TryAgain(Pending event);

  std::size_t pending() const { return pending_.size(); }

 private:
  struct Known {
    std::string name;
    std::int64_t count = 0;
    std::chrono::system_clock::time_point first;
    std::list<std::string>::iterator age;
  };
  struct Bucket {
    double tokens = 0;
    Clock::time_point updated;
    std::list<std::string>::iterator age;
  };

  bool TakeToken(const std::string& object, Clock::time_point now);

  std::map<std::string, Pending> pending_;
  std::list<std::string> order_;  // Keys of pending_.
  std::map<std::string, Known> known_;
  std::list<std::string> known_ages_;  // Oldest first.
  std::map<std::string, Bucket> buckets_;
  std::list<std::string> bucket_ages_;
};

}  // namespace sidecar::kube
