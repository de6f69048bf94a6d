#include "controller/namespace_rows.h"

#include <algorithm>
#include <cstdint>

namespace sidecar::controller {
namespace {

using ui::Tone;

// In this order.
enum class Rank : std::uint8_t { kDrifts, kLabelled, kOther };

struct Ranked {
  Rank rank;
  ui::NamespaceRow row;
};

Ranked Show(const std::string& name, const NamespaceView& view,
            const kubetypes::LabelSelector* selector, const std::vector<std::string>& ignored) {
  Ranked shown{Rank::kLabelled, {name, std::string(ToString(view.injection)), Tone::kNeutral, ""}};
  ui::NamespaceRow& row = shown.row;
  switch (view.injection) {
    case InjectionLabel::kEnabled: row.tone = Tone::kGood; break;
    case InjectionLabel::kDisabled: break;
    case InjectionLabel::kOther:
      row.state = "unknown value";
      row.tone = Tone::kNote;
      row.remark = "the label " + std::string(kInjectionLabel) + " is neither enabled nor disabled";
      break;
    case InjectionLabel::kNone:
      row.state = "no label";
      shown.rank = Rank::kOther;
      if (std::find(ignored.begin(), ignored.end(), name) != ignored.end()) {
        row.remark = "never injected";
      }
      break;
  }
  if (view.terminating) {
    row.remark = "is being deleted";
    return shown;
  }
  DriftReport report = FindDrift(name, view, selector, ignored);
  if (report.drift == NamespaceDrift::kNone) return shown;
  row.tone = Tone::kBad;
  row.remark = std::move(report.message);
  shown.rank = Rank::kDrifts;
  return shown;
}

}  // namespace

ui::NamespacesPart ShowNamespaces(
    const std::vector<std::pair<std::string, std::shared_ptr<const NamespaceView>>>& namespaces,
    const kubetypes::LabelSelector* selector, const std::vector<std::string>& ignored) {
  std::vector<Ranked> all;
  all.reserve(namespaces.size());
  for (const auto& [name, view] : namespaces) all.push_back(Show(name, *view, selector, ignored));
  std::stable_sort(all.begin(), all.end(), [](const Ranked& a, const Ranked& b) {
    return a.rank != b.rank ? a.rank < b.rank : a.row.name < b.row.name;
  });
  ui::NamespacesPart part;
  part.total = all.size();
  all.resize(std::min(all.size(), kMostNamespaceRows), Ranked{Rank::kOther, {}});
  for (Ranked& each : all) part.rows.push_back(std::move(each.row));
  return part;
}

}  // namespace sidecar::controller
