#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/ui/quantities.h"

// What the pages show, as plain values. Texts may be anything: they are escaped when written.

namespace sidecar::ui {

enum class Tone : std::uint8_t { kNeutral, kGood, kNote, kBad };

// A condition of readiness.
struct ConditionRow {
  std::string name;
  bool holds = false;
  std::string remark;
};

struct ConfigurationPart {
  std::uint64_t generation = 0;  // 0: there is none yet.
  std::string policy;
  std::string compat;
  std::string config_hash;
  std::string template_hash;
  std::string mesh_hash;
  std::vector<std::string> warnings;
};

struct CertificateRow {
  std::string role;  // "Serving certificate", ...
  std::string subject;
  std::string serial;
  std::vector<std::string> names;
  WallTime not_before;
  WallTime not_after;
};

struct NamespaceRow {
  std::string name;
  std::string state;
  Tone tone = Tone::kNeutral;
  std::string remark;
};

struct NamespacesPart {
  std::vector<NamespaceRow> rows;
  std::size_t total = 0;  // Those beyond `rows` are only counted.
};

struct DecisionRow {
  WallTime time;
  std::string namespace_name;
  std::string pod;    // Name, or generateName with its dash.
  std::string owner;  // "ReplicaSet/web-96d5df5c8", or empty.
  std::string reason;
  Tone tone = Tone::kNeutral;
  bool refused = false;
  bool dry_run = false;
  std::chrono::nanoseconds duration{0};
};

// One of the reasons among the decisions.
struct ReasonRow {
  std::string reason;
  Tone tone = Tone::kNeutral;
  std::size_t count = 0;
  std::string remedy;  // What to change; may be empty.
};

struct DecisionsPart {
  std::vector<DecisionRow> rows;  // The latest first.
  std::vector<ReasonRow> reasons;
  std::uint64_t total = 0;  // Since the start.
  std::size_t kept = 0;     // The most that `rows` ever has.
};

// What every page begins with.
struct Heading {
  std::string version;
  std::string mode;  // The subcommand: "controller", "webhook".
  WallTime now;
};

struct Overview {
  Heading heading;
  WallTime started;
  bool ready = false;
  std::vector<ConditionRow> conditions;
  std::optional<bool> leads;  // Nothing where nobody is elected.
  ConfigurationPart configuration;
  std::vector<CertificateRow> certificates;
  std::optional<NamespacesPart> namespaces;  // Nothing where they are not watched.
  DecisionsPart decisions;
};

// What the live template made of a pasted pod.
struct TrialPart {
  Tone tone = Tone::kNeutral;
  std::string verdict;  // One line.
  std::string message;  // Why it failed; may be empty.
  std::string remedy;
  std::vector<std::string> warnings;
  std::string rendered;
  std::string patch;
  std::uint64_t generation = 0;  // Of the configuration.
  std::chrono::nanoseconds duration{0};
};

struct Playground {
  Heading heading;
  std::string pod;  // As pasted; empty: a sample is offered.
  std::optional<TrialPart> trial;
  std::string refusal;  // Why nothing was tried.
};

}  // namespace sidecar::ui
