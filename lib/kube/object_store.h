#pragma once

#include <concepts>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecar::kube {

// What is known of the objects of one resource type, by key: "namespace/name", or "name" for
// objects without a namespace.
//
// One writer (a Reflector's sink); any thread may read. An object is immutable: a reader keeps what
// it got for as long as it likes.
template <class T>
class ObjectStore {
 public:
  using Ptr = std::shared_ptr<const T>;
  using Map = std::map<std::string, Ptr, std::less<>>;

  // Null if there is none.
  Ptr Get(std::string_view key) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : found->second;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return objects_.size();
  }

  // All of them as they are now, by key.
  std::vector<std::pair<std::string, Ptr>> Snapshot() const {
    const std::lock_guard lock(mutex_);
    return {objects_.begin(), objects_.end()};
  }

  // Whether it differs from what was there; where objects cannot be compared, always.
  bool Set(std::string key, Ptr object) {
    const std::lock_guard lock(mutex_);
    Ptr& place = objects_[std::move(key)];
    const bool differs = place == nullptr || !IsSame(*place, *object);
    place = std::move(object);
    return differs;
  }

  // Whether there was one.
  bool Erase(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return false;
    objects_.erase(found);
    return true;
  }

  // Puts these in place of all others: readers see the old ones or the new, never a mixture. The
  // keys of objects that came, changed or went; where objects cannot be compared, of all.
  std::vector<std::string> Replace(Map objects) {
    {
      const std::lock_guard lock(mutex_);
      objects_.swap(objects);
    }
    // Only this thread writes, so that reading needs no lock; `objects` is now the old map.
    std::vector<std::string> changed;
    for (const auto& [key, object] : objects_) {
      const auto old = objects.find(key);
      if (old == objects.end() || !IsSame(*old->second, *object)) changed.push_back(key);
    }
    for (const auto& [key, object] : objects) {
      if (objects_.find(key) == objects_.end()) changed.push_back(key);
    }
    return changed;
  }

 private:
  static bool IsSame(const T& a, const T& b) {
    if constexpr (std::equality_comparable<T>) {
      return a == b;
    } else {
      return &a == &b;
    }
  }

  mutable std::mutex mutex_;
  Map objects_;  // Guarded by mutex_.
};

}  // namespace sidecar::kube
