#include "lib/diagnose/doctor/doctor.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>

#include "cli/cluster_client.h"
#include "cli/commands/commands.h"
#include "cli/commands/doctor_output.h"
#include "cli/doctor/survey.h"
#include "cli/exit_codes.h"
#include "cli/flag_values.h"
#include "cli/kube_flags.h"
#include "cli/print.h"
#include "cli/table.h"

// `doctor`: is the injector of a cluster well?

namespace sidecar::cli {
namespace {

using diagnose::CheckReport;
using diagnose::CheckStatus;

constexpr const char* kHelp =
    R"(Examines an installation and says what is wrong with it, and what to do.

Looks at the API server, the webhook configuration, the Service and its replicas, the certificates
that these serve, the configuration, namespaces, permissions and what clouds do differently; in the
end a pod is created as a dry run, which must come back with a sidecar. Nothing is changed. What
cannot be seen from here, or may not, is skipped and says why: replicas by their addresses are
reached from inside a cluster only.

docs/CHECKS.md tells more about each check.

The exit code is 0 if nothing of the severity --fail-on or above was found, 1 if something was, or if
the API server cannot be reached, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  # What is wrong with the injector in istio-system?
  sidecar-injector doctor

  # Another installation, with the probe in a certain namespace.
  sidecar-injector doctor -i mesh -n shop

  # As a step of a pipeline.
  sidecar-injector doctor --fail-on warning -o json)";

struct Options {
  DoctorOptions doctor;
  KubeFlags kube;
  bool skip_probe = false;
  unsigned dial_seconds = 3;
  std::string output = "table";
  std::string fail_on = "error";
};

CheckStatus LimitOf(const std::string& fail_on) {
  if (fail_on == "info") return CheckStatus::kInfo;
  return fail_on == "warning" ? CheckStatus::kWarning : CheckStatus::kError;
}

std::string Render(const std::vector<CheckReport>& reports, const std::string& format) {
  if (format == "table") return RenderCheckup(reports, WantsColour());
  if (format == "wide") return RenderWideCheckup(reports, WantsColour());
  return WriteCheckup(reports, format);
}

int Run(const Options& options) {
  if (!inject::ParseCompat(options.doctor.injection.compat).has_value()) {
    return Fail("unknown release \"" + options.doctor.injection.compat + "\" for --compat",
                kExitUsage);
  }
  Result<ClusterClient> cluster = ClusterClient::Connect(options.kube);
  if (!cluster.has_value()) return Fail(cluster.error().message, kExitInputFailed);
  DoctorOptions doctor = options.doctor;
  doctor.probe_namespace = options.kube.namespace_name;
  doctor.probes = !options.skip_probe;
  doctor.dial_timeout = std::chrono::seconds(options.dial_seconds);
  const Result<diagnose::DoctorSnapshot> snapshot = Observe(*cluster, doctor);
  if (!snapshot.has_value()) return Fail(snapshot.error().message, kExitInputFailed);
  const std::vector<CheckReport> reports = diagnose::Examine(*snapshot);
  const std::string text = Render(reports, options.output);
  if (!Print(text)) return kExitInputFailed;
  PrintNote(SummarizeCheckup(reports));
  const CheckStatus limit = LimitOf(options.fail_on);
  const bool is_bad = std::any_of(reports.begin(), reports.end(), [&](const CheckReport& report) {
    return report.status >= limit;
  });
  return is_bad ? kExitInputFailed : kExitOk;
}

}  // namespace

void AddDoctorCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("doctor", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  InjectionSourceFlags& injection = options->doctor.injection;
  command.add_option("-i,--istioNamespace", injection.istio_namespace, "The injector's namespace")
      ->type_name("NAMESPACE")
      ->capture_default_str();
  command
      .add_option(
          "--webhookConfigName", options->doctor.webhook_configuration,
          "Its MutatingWebhookConfiguration (by default the one that calls a Service in its "
          "namespace)")
      ->type_name("NAME");
  command
      .add_option("--injectConfigMapName", injection.inject_config_map,
                  "ConfigMap of the injection configuration (by default istio-inject, from 0.8 on "
                  "istio-sidecar-injector)")
      ->type_name("NAME");
  command
      .add_option("--meshConfigMapName", injection.mesh_config_map,
                  "ConfigMap of the mesh configuration")
      ->type_name("NAME")
      ->capture_default_str();
  AddCompatFlag(command, injection.compat, "The Istio release to be like");
  command.add_flag("--no-probe", options->skip_probe, "Create no pod, not even as a dry run");
  ReadAsUint(*command
                  .add_option("--dial-timeout", options->dial_seconds,
                              "Seconds in which a replica has to answer")
                  ->type_name("SECONDS")
                  ->capture_default_str());
  command.add_option("-o,--output", options->output, "How to print")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}))
      ->capture_default_str();
  command.add_option("--fail-on", options->fail_on, "The least severity that is a failure")
      ->check(CLI::IsMember({"info", "warning", "error"}))
      ->capture_default_str();
  AddKubeFlags(command, options->kube);
}

}  // namespace sidecar::cli
