#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/document_files.h"
#include "cli/injection_source.h"
#include "cli/input_files.h"
#include "cli/input_flags.h"
#include "cli/print.h"
#include "cli/template_environment.h"
#include "cli/text_diff.h"
#include "lib/inject/document.h"

// `diff`: what would an injection change?

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Shows what kube-inject would change in manifests, as a unified diff.

Both sides are written the same way, so that only what the injection adds is shown. Needs the
program diff, or another that SIDECAR_INJECTOR_DIFF names and that takes its arguments.

The exit code is 0 if nothing would change, 1 if something would, and 2 if an input cannot be read
or the command line is wrong.)";

constexpr const char* kExamples = R"(Examples:
  sidecar-injector diff -f app.yaml

  # What a new template would change for what is injected already.
  sidecar-injector diff -f injected.yaml --injectConfigFile inject.yaml)";

constexpr int kExitTrouble = 2;

struct Options {
  std::vector<std::string> filenames;
  bool recursive = false;
  InjectionSourceFlags injection;
  std::vector<std::string> template_environment;
};

struct Sides {
  std::string before;
  std::string after;
};

Result<Sides> MakeSides(const Options& options) {
  ASSIGN_OR_RETURN(const Injection injection, ReadInjection(options.injection));
  ASSIGN_OR_RETURN(auto mesh, ParseMesh(injection));
  ASSIGN_OR_RETURN(auto config,
                   CompileConfig(injection, TemplatePolicy(options.template_environment)));
  ASSIGN_OR_RETURN(const std::vector<std::string> files,
                   ExpandInputs(options.filenames, options.recursive));
  inject::DocumentInjector injector(std::move(config), std::move(mesh), {});
  Sides sides;
  for (const std::string& file : files) {
    Result<void> done = ForEachDocument(file, [&](const yaml::Document& document) -> Result<void> {
      std::string injected;
      inject::DocumentError failure;
      if (!injector.Inject(document.text, injected, failure).has_value()) {
        return std::move(failure.error)
            .Annotate(ShownDocument(file, document, failure.line, failure.object));
      }
      AppendYaml(document.text, sides.before);
      AppendYaml(injected.substr(0, injected.size() - std::string_view("---\n").size()),
                 sides.after);
      return {};
    });
    if (!done.has_value()) return std::move(done).error();
  }
  return sides;
}

Result<int> ShowDiff(const Options& options) {
  ASSIGN_OR_RETURN(const Sides sides, MakeSides(options));
  return ShowTextDiff(sides.before, sides.after);
}

int Run(const Options& options) {
  const auto compat = ReadCompat(options.injection.compat);
  if (!compat.has_value() || options.filenames.empty()) {
    PrintError(compat.has_value() ? "filename not specified (see --filename or -f)"
                                  : compat.error().message);
    return kExitTrouble;
  }
  const Result<int> code = ShowDiff(options);
  if (code.has_value()) return *code;
  PrintError(code.error().message);
  return kExitTrouble;
}

}  // namespace

void AddDiffCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("diff", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInputFlags(command, options->filenames, options->recursive);
  AddInjectionFileFlags(command, options->injection);
  AddTemplateEnvironmentFlag(command, options->template_environment, kInjectionGroup);
}

}  // namespace sidecar::cli
