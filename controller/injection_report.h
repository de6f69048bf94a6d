#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
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

// Why an injection fails.
struct InjectionFailure {
  std::string reason;  // "TemplateError"
  std::string message;
};

struct ReportScope {
  std::string namespace_name;
  inject::Policy policy = inject::Policy::kEnabled;
  std::string template_hash;  // Of the template in use, as status annotations name it.
  // False: API servers do not ask about its pods (any more), so that none is missing anything.
  bool is_selected = true;
  // Asked about one pod of each workload that would get a sidecar: why it would not. Empty: never.
  std::function<std::optional<InjectionFailure>(const kube::Json& pod)> would_fail{};
};

class InjectionReport {
 public:
  explicit InjectionReport(ReportScope scope) : scope_(std::move(scope)) {}

  // Any JSON; what is no pod counts as one without annotations. Pods that have ended or are about
  // to do not count.
  void Add(const kube::Json& pod);

  // A workload whose pods are refused, so that there is none to be added. It counts as one, unless
  // some of its pods have failed already.
  void AddRefused(std::string kind, std::string name, const InjectionFailure& failure);

  // Not all pods were added.
  void MarkIncomplete() { incomplete_ = true; }

  // The status. `previous` is the stored one or null: an owner that stands as it did keeps its
  // `since`, all others get `now` (RFC 3339). The longest-standing owners are listed.
  kube::Json Status(const kube::Json& previous, std::string_view now) const;

 private:
  struct Owner {
    std::size_t pods = 0;
    std::string have_hash{};
    InjectionFailure failure{};
  };
  // Kind, name, state.
  using OwnerKey = std::tuple<std::string, std::string, std::string>;

  // Null where there are too many.
  Owner* FindOwner(OwnerKey key);
  void AddOwner(const kube::Json& pod, const char* state, Owner owner);
  std::optional<InjectionFailure> FailureOf(const kube::Json& pod);
  kube::Json Conditions() const;

  ReportScope scope_;
  std::size_t injected_ = 0;
  std::size_t stale_ = 0;
  std::size_t missing_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
  std::size_t opted_out_ = 0;
  bool incomplete_ = false;
  bool overflowed_ = false;
  std::map<OwnerKey, Owner> owners_;
  // By kind, name and hash of the pod template.
  std::map<OwnerKey, std::optional<InjectionFailure>> tried_;
};

// The object to apply. Its name is kReportName.
inline constexpr const char* kReportName = "injection";
kube::Json MakeInjectionReport(const std::string& namespace_name, kube::Json status);

}  // namespace sidecar::controller
