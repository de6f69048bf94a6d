#include "cli/commands/explain_output.h"

#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "lib/yaml/convert.h"

namespace sidecar::cli {
namespace {

using Json = nlohmann::ordered_json;
using webhook::StepMark;

Colour ColourOf(StepMark mark) {
  switch (mark) {
    case StepMark::kOk: return Colour::kGreen;
    case StepMark::kNote: return Colour::kYellow;
    case StepMark::kStops: return Colour::kRed;
    case StepMark::kBeyond: return Colour::kFaint;
  }
  return Colour::kNone;
}

std::string CodeOf(const webhook::Explanation& explanation) {
  return explanation.reason.has_value() ? std::string(inject::ToString(*explanation.reason))
                                        : std::string();
}

Json ToJson(const Explained& one) {
  const webhook::Explanation& told = one.explanation;
  Json steps = Json::array();
  for (const webhook::ExplanationStep& step : told.steps) {
    steps.push_back({{"step", step.name}, {"mark", ToString(step.mark)}, {"detail", step.text}});
  }
  Json json = {{"namespace", one.namespace_name}, {"object", one.object},
               {"injected", told.is_injected},    {"reason", CodeOf(told)},
               {"verdict", told.verdict},         {"remedy", told.remedy},
               {"steps", std::move(steps)},       {"warnings", told.warnings}};
  if (!one.place.empty()) json["place"] = one.place;
  if (!told.error.empty()) json["error"] = told.error;
  return json;
}

}  // namespace

std::string RenderExplanations(const std::vector<Explained>& explained, bool in_colour) {
  std::string text;
  for (const Explained& one : explained) {
    const webhook::Explanation& told = one.explanation;
    if (!text.empty()) text += '\n';
    Table head({"NAMESPACE", "OBJECT", "PLACE"});
    head.AddRow({{one.namespace_name}, {one.object}, {one.place}});
    Table table({"STEP", "MARK", "DETAIL"});
    for (const webhook::ExplanationStep& step : told.steps) {
      table.AddRow(
          {{step.name}, {std::string(ToString(step.mark)), ColourOf(step.mark)}, {step.text}});
    }
    // The verdict goes through a table for the same care with control characters.
    Table verdict({"VERDICT"});
    verdict.AddRow({{told.verdict, told.is_injected ? Colour::kGreen : Colour::kRed}});
    if (!told.remedy.empty()) verdict.AddRow({{"Remedy: " + told.remedy}});
    text +=
        head.Render(in_colour) + '\n' + table.Render(in_colour) + '\n' + verdict.Render(in_colour);
  }
  return text;
}

std::string RenderWideExplanations(const std::vector<Explained>& explained, bool in_colour) {
  Table table({"NAMESPACE", "OBJECT", "PLACE", "SIDECAR", "REASON", "VERDICT", "REMEDY"});
  for (const Explained& one : explained) {
    const webhook::Explanation& told = one.explanation;
    const Cell sidecar = told.is_injected ? Cell{"yes", Colour::kGreen} : Cell{"no", Colour::kRed};
    table.AddRow({{one.namespace_name},
                  {one.object},
                  {one.place},
                  sidecar,
                  {CodeOf(told)},
                  {told.verdict},
                  {told.remedy}});
  }
  return table.Render(in_colour);
}

std::string WriteExplanations(const std::vector<Explained>& explained, const std::string& format) {
  if (format == "name") {
    std::string names;
    for (const Explained& one : explained) {
      if (!one.explanation.is_injected) names += one.object + '\n';
    }
    return names;
  }
  constexpr int kIndent = 2;
  Json list = Json::array();
  for (const Explained& one : explained) list.push_back(ToJson(one));
  const std::string json = list.dump(kIndent, ' ', false, Json::error_handler_t::replace);
  if (format == "json") return json + '\n';
  const Result<std::string> written = yaml::JsonToYaml(json);
  return written.has_value() ? *written : json;
}

}  // namespace sidecar::cli
