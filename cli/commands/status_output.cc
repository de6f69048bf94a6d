#include "cli/commands/status_output.h"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "lib/yaml/convert.h"

namespace sidecar::cli {
namespace {

using diagnose::InjectionState;
using diagnose::InjectionTally;
using diagnose::OwnerKey;
using diagnose::OwnerStanding;
using Json = nlohmann::ordered_json;
using Counts = std::array<std::size_t, diagnose::kInjectionStates>;

Colour ColourOf(InjectionState state) {
  switch (state) {
    case InjectionState::kInjected: return Colour::kGreen;
    case InjectionState::kStale: return Colour::kYellow;
    case InjectionState::kMissing:
    case InjectionState::kFailed: return Colour::kRed;
    case InjectionState::kNotInMesh:
    case InjectionState::kSkipped:
    case InjectionState::kOptedOut: return Colour::kFaint;
  }
  return Colour::kNone;
}

std::size_t CountOf(const Counts& counts, InjectionState state) {
  return counts[static_cast<std::size_t>(state)];
}

Cell CountCell(const Counts& counts, InjectionState state) {
  const std::size_t count = CountOf(counts, state);
  return {std::to_string(count), count == 0 ? Colour::kFaint : ColourOf(state)};
}

std::string TitleOf(const OwnerKey& owner) {
  return owner.kind + '/' + owner.name;
}

Json ToJson(const Counts& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json[std::string(ToString(static_cast<InjectionState>(i)))] = counts[i];
  }
  return json;
}

Json ToJson(const OwnerKey& key, const OwnerStanding& owner) {
  Json json = {{"namespace", key.namespace_name},
               {"kind", key.kind},
               {"name", key.name},
               {"state", ToString(owner.state)},
               {"reason", owner.ReasonText()},
               {"pods", ToJson(owner.pods)}};
  const std::array<std::pair<const char*, const std::string&>, 3> texts = {
      {{"version", owner.version}, {"since", owner.since}, {"message", owner.message}}};
  for (const auto& [name, text] : texts) {
    if (!text.empty()) json[name] = text;
  }
  return json;
}

std::string Names(const InjectionTally& tally) {
  std::string names;
  for (const auto& [key, owner] : tally.owners()) {
    if (NeedsWork(owner.state)) names += TitleOf(key) + '\n';
  }
  return names;
}

}  // namespace

bool NeedsWork(InjectionState state) {
  return state == InjectionState::kStale || state == InjectionState::kMissing ||
         state == InjectionState::kFailed;
}

std::string RenderStatus(const InjectionTally& tally, bool is_wide, bool in_colour) {
  std::vector<std::string> headings = {"NAMESPACE", "OWNER", "STATE",   "PODS",
                                       "INJECTED",  "STALE", "MISSING", "OPTEDOUT"};
  if (is_wide)
    headings.insert(headings.end(), {"SKIPPED", "REASON", "VERSION", "SINCE", "MESSAGE"});
  Table table(std::move(headings));
  constexpr std::size_t kShownVersion = 12;
  for (const auto& [key, owner] : tally.owners()) {
    if (!is_wide && owner.state == InjectionState::kNotInMesh) continue;
    std::vector<Cell> row = {{key.namespace_name},
                             {TitleOf(key)},
                             {std::string(ToString(owner.state)), ColourOf(owner.state)},
                             {std::to_string(owner.PodCount())},
                             CountCell(owner.pods, InjectionState::kInjected),
                             CountCell(owner.pods, InjectionState::kStale),
                             CountCell(owner.pods, InjectionState::kMissing),
                             CountCell(owner.pods, InjectionState::kOptedOut)};
    if (is_wide) {
      row.push_back(CountCell(owner.pods, InjectionState::kSkipped));
      row.push_back({std::string(owner.ReasonText())});
      row.push_back({owner.version.substr(0, kShownVersion)});
      row.push_back({owner.since});
      row.push_back({owner.message});
    }
    table.AddRow(std::move(row));
  }
  return table.IsEmpty() ? std::string() : table.Render(in_colour);
}

std::string WriteStatus(const InjectionTally& tally, const std::string& current_version,
                        const std::string& format) {
  if (format == "name") return Names(tally);
  Json namespaces = Json::array();
  Json owners = Json::array();
  // Owners are sorted by namespace.
  std::string last;
  for (const auto& [key, owner] : tally.owners()) {
    if (namespaces.empty() || key.namespace_name != last) {
      last = key.namespace_name;
      namespaces.push_back({{"namespace", last}, {"pods", ToJson(Counts{})}});
    }
    Json& counts = namespaces.back()["pods"];
    for (std::size_t i = 0; i < owner.pods.size(); ++i) {
      Json& count = counts[std::string(ToString(static_cast<InjectionState>(i)))];
      count = count.get<std::size_t>() + owner.pods[i];
    }
    owners.push_back(ToJson(key, owner));
  }
  const Json json = {{"currentVersion", current_version},
                     {"total", ToJson(tally.Total())},
                     {"namespaces", std::move(namespaces)},
                     {"owners", std::move(owners)}};
  constexpr int kIndent = 2;
  const std::string text = json.dump(kIndent, ' ', false, Json::error_handler_t::replace);
  if (format == "json") return text + '\n';
  const Result<std::string> written = yaml::JsonToYaml(text);
  return written.has_value() ? *written : text;
}

std::string SummarizeStatus(const InjectionTally& tally) {
  const Counts total = tally.Total();
  return std::to_string(CountOf(total, InjectionState::kInjected)) + " pods injected, " +
         std::to_string(CountOf(total, InjectionState::kStale)) + " stale, " +
         std::to_string(CountOf(total, InjectionState::kMissing)) + " missing, " +
         std::to_string(CountOf(total, InjectionState::kOptedOut)) + " opted out, " +
         std::to_string(CountOf(total, InjectionState::kFailed)) + " failed";
}

}  // namespace sidecar::cli
