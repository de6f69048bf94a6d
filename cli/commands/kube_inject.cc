#include "cli/commands/kube_inject.h"

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "cli/commands/commands.h"
#include "cli/commands/kube_inject_sources.h"
#include "cli/commands/reporter.h"
#include "cli/exit_codes.h"
#include "cli/input_files.h"
#include "cli/output_file.h"
#include "cli/print.h"
#include "cli/template_environment.h"
#include "lib/inject/config.h"
#include "lib/inject/document.h"
#include "lib/kubetypes/mesh_config.h"
#include "lib/yaml/documents.h"

namespace sidecar::cli {
namespace {

constexpr const char* kKubeInjectHelp =
    R"(Puts the sidecar of an injection template into Kubernetes workloads.

Deployments, DaemonSets, ReplicaSets, StatefulSets, Jobs, CronJobs, Pods, ReplicationControllers,
OpenShift's DeploymentConfigs and Lists of all these are injected; every other document passes
through byte for byte, so that a file may hold a whole application. Injecting twice changes nothing.

Takes the flags of Istio 0.5's `istioctl kube-inject`. Works without a cluster.

The exit code is 0 if every document was injected or rightly passed through, 1 if a document, a file or
a configuration could not be used, or there was no document, and 2 for a wrong command line.)";

constexpr const char* kKubeInjectExamples = R"(Examples:
  # Inject on the fly before applying.
  kubectl apply -f <(sidecar-injector kube-inject -f app.yaml)

  # Keep the injected version of a directory.
  sidecar-injector kube-inject -f manifests/ -R -o injected.yaml

  # Update what runs already.
  kubectl get deployment -o yaml | sidecar-injector kube-inject -f - | kubectl apply -f -

  # Use a template and a mesh configuration of your own.
  sidecar-injector kube-inject --injectConfigFile inject.yaml --meshConfigFile mesh.yaml -f app.yaml

  # A configuration to start from.
  sidecar-injector kube-inject --emitTemplate > inject.yaml)";

using inject::Compat;

constexpr std::size_t kReadBytes = std::size_t{64} << 10U;

// Injects what one input holds. Documents that fail are reported and the rest is still tried, but
// nothing more is written then.
class Run {
 public:
  Run(inject::DocumentInjector& injector, OutputFile& output, Reporter& reporter)
      : injector_(injector), output_(output), reporter_(reporter) {}

  Result<void> File(const std::string& path) {
    Result<InputFile> input = InputFile::Open(path);
    if (!input.has_value()) {
      reporter_.Failure("", input.error().message);
      return {};
    }
    yaml::DocumentReader reader;
    std::string piece;
    const std::size_t before = reporter_.documents();
    for (bool more = true; more;) {
      piece.clear();
      const Result<bool> read = input->Read(kReadBytes, piece);
      if (!read.has_value()) {
        reporter_.Failure("", read.error().message);
        return {};
      }
      more = *read;
      if (more) {
        reader.Feed(piece);
      } else {
        reader.Finish();
      }
      ASSIGN_OR_RETURN(const bool goes_on, Documents(path, reader));
      if (!goes_on) return {};
    }
    if (reporter_.documents() == before) reporter_.NoDocument(path);
    return {};
  }

 private:
  // Those that are complete by now. An error is one of the output; false: the input is unusable.
  Result<bool> Documents(const std::string& path, yaml::DocumentReader& reader) {
    while (true) {
      const Result<std::optional<yaml::Document>> document = reader.Next();
      if (!document.has_value()) {
        reporter_.Failure(path, document.error().message);
        return false;
      }
      if (!document->has_value()) return true;
      Result<void> done = OneDocument(path, **document);
      if (!done.has_value()) return std::move(done).error();
    }
  }

  Result<void> OneDocument(const std::string& path, const yaml::Document& document) {
    injected_.clear();
    inject::DocumentError failure;
    const Result<inject::DocumentReport> report =
        injector_.Inject(document.text, injected_, failure);
    if (!report.has_value()) {
      reporter_.Failure(path, document, failure);
      return {};
    }
    reporter_.Document(path, document, *report);
    if (reporter_.failures() > 0) return {};
    return output_.Write(injected_);
  }

  inject::DocumentInjector& injector_;
  OutputFile& output_;
  Reporter& reporter_;
  std::string injected_;
};

// A template of a release with other delimiters would be taken literally.
std::string DelimiterHint(const KubeInjectOptions& options, const InjectSources& sources) {
  if (sources.config_name.empty()) return "";
  const bool is_modern = options.compat >= Compat::k0_8;
  const auto [ours, unused] = inject::TemplateDelimiters(options.compat);
  const std::string_view other = is_modern ? "{{" : "[[";
  const std::string& text = sources.config.template_text;
  if (text.find(ours) != std::string::npos || text.find(other) == std::string::npos) return "";
  return std::string("the template seems to be one of ") +
         (is_modern ? "Istio 0.7 or older, with {{ }}: use --compat 0.7"
                    : "Istio 0.8 or later, with [[ ]]: use --compat 0.8");
}

// Notes that a run gives before it starts.
void WriteNotes(const KubeInjectOptions& options, const InjectSources& sources,
                Reporter& reporter) {
  if (options.compat >= Compat::k0_8) {
    for (const std::string& flag : options.deprecated_flags_given) {
      reporter.Note(
          "Flag --" + flag +
          " has been deprecated, Use --injectConfigMapName or --injectConfigFile instead");
    }
  }
  if (options.platform != "kube") {
    reporter.Note("Platform '" + options.platform + "' not supported, using 'kube'");
  }
  if (!sources.mesh_note.empty()) reporter.Note(sources.mesh_note);
  if (const std::string hint = DelimiterHint(options, sources); !hint.empty()) {
    reporter.Note("warning: " + sources.config_name + ": " + hint);
  }
  for (const std::string& warning : sources.config.warnings) {
    reporter.Note("warning: " + sources.config_name + ": " + warning);
  }
}

Result<void> EmitTemplate(const inject::ConfigText& config, const std::string& path) {
  ASSIGN_OR_RETURN(OutputFile output, OutputFile::Create(path));
  Result<void> written = output.Write(
      inject::FormatConfig(
          {.policy = "enabled", .template_text = config.template_text, .warnings = {}}) +
      '\n');
  if (!written.has_value()) return written;
  return output.Commit();
}

Result<std::shared_ptr<const inject::Config>> CompileConfig(const KubeInjectOptions& options,
                                                            const InjectSources& sources) {
  auto config = inject::Config::Compile(sources.config, options.compat,
                                        TemplatePolicy(options.template_environment));
  if (config.has_value() || sources.config_name.empty()) return config;
  return std::move(config).error().Annotate(sources.config_name);
}

// The work itself. Documents that fail are reported, everything else is the error returned.
Result<void> Inject(const KubeInjectOptions& options, InjectSources sources, Reporter& reporter) {
  ASSIGN_OR_RETURN(const auto config, CompileConfig(options, sources));
  ASSIGN_OR_RETURN(const std::vector<std::string> files,
                   ExpandInputs(options.filenames, options.recursive, options.output));
  ASSIGN_OR_RETURN(OutputFile output, OutputFile::Create(options.output));
  inject::DocumentInjector injector(
      config, std::make_shared<const kubetypes::MeshConfig>(std::move(sources.mesh)),
      {.ignore_policy = options.ignore_policy, .duplicate = options.duplicate});
  Run run(injector, output, reporter);
  for (const std::string& file : files) {
    if (Result<void> done = run.File(file); !done.has_value()) return done;
  }
  if (reporter.failures() > 0) {
    reporter.NothingWritten();
    return {};
  }
  if (reporter.documents() == 0) {
    return Error{ErrorCode::kInvalidArgument, "no documents in the input (see --filename or -f)"};
  }
  return output.Commit();
}

}  // namespace

int RunKubeInject(KubeInjectOptions options) {
  if (const Result<void> complete = CompleteOptions(options); !complete.has_value()) {
    PrintError(complete.error().message);
    return kExitUsage;
  }
  Result<InjectSources> sources = LoadInjectSources(options);
  if (!sources.has_value()) return Fail(sources.error().message, kExitInputFailed);

  Reporter reporter(options.quiet);
  WriteNotes(options, *sources, reporter);
  const Result<void> done = options.emit_template ? EmitTemplate(sources->config, options.output)
                                                  : Inject(options, *std::move(sources), reporter);
  if (!done.has_value()) reporter.Failure("", done.error().message);
  return reporter.failures() > 0 ? kExitInputFailed : kExitOk;
}

void AddKubeInjectCommand(Commands& commands) {
  const auto options = std::make_shared<KubeInjectOptions>();
  CLI::App& command = commands.Add("kube-inject", kKubeInjectHelp,
                                   [options] { return RunKubeInject(std::move(*options)); });
  command.footer(kKubeInjectExamples);
  AddKubeInjectOptions(command, *options);
}

}  // namespace sidecar::cli
