#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "lib/inject/config.h"
#include "lib/inject/decision.h"
#include "lib/kube/json.h"

// How the pods of a namespace stand with regard to injection: the status of an InjectionReport, see
// crds/injectionreports.yaml. Pure; one report belongs to one strand.

namespace sidecar::controller {

// More workloads than these that are not as they should be are counted, not listed.
inline constexpr std::size_t kMostOwners = 100;
// The memory of one report is bounded, whatever a namespace holds.
inline constexpr std::size_t kMostOwnersRemembered = 10'000;

struct ReportScope {
  std::string namespace_name;
  inject::Policy policy = inject::Policy::kEnabled;
  std::string template_hash;  // Of the template in use, as status annotations name it.
};

class InjectionReport {
 public:
  explicit InjectionReport(ReportScope scope) : scope_(std::move(scope)) {}

  // Any JSON; what is no pod counts as one without annotations. Pods that have ended or are about
  // to do not count.
  void Add(const kube::Json& pod);

  // The status. `previous` is the stored one or null: an owner that stands as it did keeps its
  // `since`, all others get `now` (RFC 3339). The longest-standing owners are listed.
  kube::Json Status(const kube::Json& previous, std::string_view now) const;

 private:
  struct Owner {
    std::size_t pods = 0;
    std::string have_hash;
  };
  // Kind, name, state.
  using OwnerKey = std::tuple<std::string, std::string, std::string>;

  void AddOwner(const kube::Json& pod, const char* state, const std::string& have_hash);

  ReportScope scope_;
  std::size_t injected_ = 0;
  std::size_t stale_ = 0;
  std::size_t missing_ = 0;
  std::size_t skipped_ = 0;
  std::size_t opted_out_ = 0;
  bool overflowed_ = false;
  std::map<OwnerKey, Owner> owners_;
};

// Whether two statuses say the same, whenever they were observed.
bool SameReport(const kube::Json& left, const kube::Json& right);

// The object to apply, without and with its status.
kube::Json MakeInjectionReport(const std::string& namespace_name);
kube::Json MakeInjectionReport(const std::string& namespace_name, kube::Json status);

}  // namespace sidecar::controller
