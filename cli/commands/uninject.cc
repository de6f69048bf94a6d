#include "lib/inject/uninject.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/document_files.h"
#include "cli/exit_codes.h"
#include "cli/input_files.h"
#include "cli/input_flags.h"
#include "cli/output_file.h"
#include "cli/print.h"
#include "lib/base/join.h"

// `uninject`: takes sidecars out of manifests.

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Takes out of workloads what an injection put there.

Goes by the annotation sidecar.istio.io/status, which names the containers, volumes and image pull
secrets that were added; these and the annotation are removed. What has no such annotation passes
through byte for byte.

The exit code is 0, 1 if an input cannot be read (then nothing is written), or 2 for a wrong command
line.)";

constexpr const char* kExamples = R"(Examples:
  # Back to where kube-inject started.
  sidecar-injector uninject -f injected.yaml -o app.yaml

  # A workload that runs, as it would be without its sidecar.
  kubectl get deployment web -o yaml | sidecar-injector uninject -f - | kubectl apply -f -)";

struct Options {
  std::vector<std::string> filenames;
  bool recursive = false;
  std::string output;
};

Result<void> Uninject(const Options& options, OutputFile& output) {
  ASSIGN_OR_RETURN(const std::vector<std::string> files,
                   ExpandInputs(options.filenames, options.recursive, options.output));
  std::string text;
  for (const std::string& file : files) {
    Result<void> done = ForEachDocument(file, [&](const yaml::Document& document) -> Result<void> {
      text.clear();
      inject::DocumentError failure;
      const auto report = inject::UninjectDocument(document.text, text, failure);
      if (!report.has_value()) {
        return std::move(failure.error)
            .Annotate(ShownDocument(file, document, failure.line, failure.object));
      }
      for (const inject::ObjectReport& object : report->objects) {
        if (object.reason != inject::Reason::kInjected) continue;
        PrintNote(ShownPlace(file, document) + ' ' + object.kind + '/' + object.name +
                  ": removed (" + Join(object.added, ", ") + ')');
      }
      return output.Write(text);
    });
    if (!done.has_value()) return done;
  }
  return {};
}

int Run(const Options& options) {
  if (options.filenames.empty()) {
    PrintError("filename not specified (see --filename or -f)");
    return kExitUsage;
  }
  Result<OutputFile> output = OutputFile::Create(options.output);
  Result<void> done = output.has_value() ? Uninject(options, *output) : output.error();
  if (done.has_value()) done = output->Commit();
  if (done.has_value()) return kExitOk;
  PrintError(done.error().message);
  return kExitInputFailed;
}

}  // namespace

void AddUninjectCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("uninject", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInputFlags(command, options->filenames, options->recursive);
  command.add_option("-o,--output", options->output, "Where to write; standard output without it")
      ->type_name("FILE");
}

}  // namespace sidecar::cli
