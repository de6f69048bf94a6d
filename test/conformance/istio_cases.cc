#include "test/conformance/istio_cases.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "lib/inject/document.h"
#include "lib/yaml/documents.h"
#include "test/conformance/endpoint_cases.h"
#include "test/conformance/istio_setup.h"
#include "test/conformance/report.h"
#include "test/conformance/webhook_cases.h"

namespace sidecar::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string_view TrimSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// What kube-inject does with the case's input.
Result<std::string> KubeInject(const json& test, const fs::path& folder, inject::Compat compat) {
  ASSIGN_OR_RETURN(const IstioSetup setup, LoadSetup(test, folder, compat));
  inject::DocumentInjector injector(setup.config, setup.mesh,
                                    {.ignore_policy = true, .duplicate = true});
  yaml::DocumentReader reader;
  reader.Feed(ReadFile(folder / test.at("input")));
  reader.Finish();
  std::string output;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<yaml::Document> document, reader.Next());
    if (!document.has_value()) return output;
    inject::DocumentError failure;
    const Result<inject::DocumentReport> report = injector.Inject(document->text, output, failure);
    if (!report.has_value()) return failure.error;
  }
}

Outcome RunCase(const json& test, const fs::path& folder, inject::Compat compat) {
  const std::string mode = test.at("mode");
  if (mode == "webhook-patch") return RunPatchCase(test, folder, compat);
  if (mode == "webhook-pod-template") return RunPodTemplateCase(test, folder, compat);
  if (mode != "kube-inject") return Outcome::Failed("unknown mode " + mode);
  const Result<std::string> output = KubeInject(test, folder, compat);
  if (test.contains("expectedErrorContains")) {
    const std::string expected = LowerCase(test.at("expectedErrorContains"));
    if (output.has_value()) return Outcome::Failed("expected an error about " + expected);
    if (LowerCase(output.error().message).find(expected) != std::string::npos) {
      return Outcome::Passed();
    }
    return Outcome::Failed(Difference("error", expected, output.error().message));
  }
  if (!output.has_value()) return Outcome::Failed("error: " + output.error().message);
  const std::string expected = ReadFile(folder / test.at("expected"));
  if (TrimSpace(*output) == TrimSpace(expected)) return Outcome::Passed();
  return Outcome::Failed(Difference("output", TrimSpace(expected), TrimSpace(*output)));
}

void RunFile(const fs::path& path, Report& report) {
  const fs::path folder = path.parent_path();
  report.BeginFile(path.string());
  try {
    const json cases = json::parse(ReadFile(path));
    if (path.filename() == "policy.json") {
      RunPolicyCases(cases, report);
      report.EndFile();
      return;
    }
    if (path.filename() == "http.json") {
      RunHttpCases(cases, report);
      report.EndFile();
      return;
    }
    const std::string version = cases.at("istioVersion");
    const std::optional<inject::Compat> compat = inject::ParseCompat(version);
    if (!compat.has_value()) throw std::runtime_error("unknown Istio version " + version);
    for (const json& test : cases.at("cases")) {
      const std::string id = test.at("id");
      try {
        report.Add(id, RunCase(test, folder, *compat));
      } catch (const std::exception& error) {
        report.Add(id, Outcome::Failed(error.what()));
      }
    }
  } catch (const std::exception& error) {
    report.FileFailed(error.what());
  }
  report.EndFile();
}

}  // namespace

int RunIstioFolders(std::span<const std::string_view> folders) {
  Report report;
  for (const fs::path path : folders) {
    RunFile(fs::is_directory(path) ? path / "cases.json" : path, report);
  }
  return report.Finish();
}

}  // namespace sidecar::conformance
