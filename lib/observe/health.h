#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar::observe {

// Whether the process can do its work: a set of named conditions, all of which must hold. A
// condition that was declared and never set does not hold. Thread-safe.
class Readiness {
 public:
  // The conditions in the order in which they are printed.
  explicit Readiness(std::vector<std::string> conditions);

  // `text` says why it does not hold, or is a remark where it does ("the last reload failed: ...").
  // An unknown name is added.
  void Set(std::string_view condition, bool holds, std::string text = {});

  bool IsReady() const;

  // As kube-apiserver's /readyz?verbose:
  //   [+]tls ok
  //   [-]config failed: not loaded yet
  //   readyz check failed
  std::string Describe() const;

  struct Condition {
    std::string name;
    bool holds = false;
    std::string text;
  };
  std::vector<Condition> conditions() const {
    const std::lock_guard lock(mutex_);
    return conditions_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Condition> conditions_;  // Guarded by mutex_.
};

}  // namespace sidecar::observe
