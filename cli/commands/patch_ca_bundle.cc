#include "cli/commands/patch_ca_bundle.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/cluster_client.h"
#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/input_files.h"
#include "cli/kube_flags.h"
#include "cli/print.h"
#include "lib/pki/certificate.h"
#include "lib/yaml/base64.h"

namespace sidecar::cli {

namespace {

constexpr const char* kHelp =
    R"(Puts the cluster's CA into a webhook configuration.

Does what Istio 0.5's webhook-patch-ca-bundle.sh does: copies standard input to standard output with
the CA, in base64, in place of ${CA_BUNDLE}. All else stays as it is; nothing is written if the CA
cannot be read.

The exit code is 0, 1 if the CA or the input cannot be read, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  sidecar-injector patch-ca-bundle < istio-sidecar-injector.yaml | kubectl apply -f -

  # Without a cluster.
  sidecar-injector patch-ca-bundle --ca-file ca.pem < in.yaml > out.yaml)";

struct Options {
  KubeFlags cluster;
  std::string ca_file;  // Empty: the cluster's.
};

// Where kube-apiserver publishes the CA of its clients. With it, kube-controller-manager signs
// legacy requests, too, unless it was told otherwise.
constexpr const char* kNamespace = "kube-system";
constexpr const char* kConfigMap = "extension-apiserver-authentication";
constexpr const char* kKey = "client-ca-file";

constexpr std::size_t kMostInputBytes = 64U << 20U;

Result<std::string> ReadInput() {
  ASSIGN_OR_RETURN(InputFile input, InputFile::Open("-"));
  std::string text;
  for (;;) {
    constexpr std::size_t kChunk = 64U << 10U;
    ASSIGN_OR_RETURN(const bool more, input.Read(kChunk, text));
    if (!more) return text;
    if (text.size() > kMostInputBytes) {
      return Error{ErrorCode::kInvalidArgument, "standard input: larger than 64 MiB"};
    }
  }
}

Result<std::string> ReadClusterCa(const KubeFlags& flags) {
  ASSIGN_OR_RETURN(ClusterClient client, ClusterClient::Connect(flags));
  const std::string what = std::string("ConfigMap ") + kNamespace + '/' + kConfigMap;
  auto value = client.ReadConfigMap(kNamespace, kConfigMap, kKey);
  if (!value.has_value()) return std::move(value).error().Annotate(what);
  if (!value->has_value()) {
    return Error{ErrorCode::kNotFound, what + " has no " + kKey + ": give the CA with --ca-file"};
  }
  return **std::move(value);
}

Result<std::string> ReadCa(const Options& options) {
  if (options.ca_file.empty()) return ReadClusterCa(options.cluster);
  return ReadWholeFile(options.ca_file);
}

Result<PatchedText> Patch(const Options& options) {
  ASSIGN_OR_RETURN(const std::string ca, ReadCa(options));
  if (auto certificates = pki::ReadCertificates(ca); !certificates.has_value()) {
    return std::move(certificates)
        .error()
        .Annotate(options.ca_file.empty() ? kKey : options.ca_file);
  }
  ASSIGN_OR_RETURN(const std::string input, ReadInput());
  return ReplaceCaBundle(input, yaml::EncodeBase64(ca));
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void AddFlags(CLI::App& command, Options& options) {
  command
      .add_option("--ca-file", options.ca_file,
                  "File containing the CA, PEM; without it, the client CA of the cluster, which "
                  "signs legacy requests")
      ->type_name("FILE");
  AddKubeFlags(command, options.cluster);
}

int Run(const Options& options) {
  const Result<PatchedText> patched = Patch(options);
  if (!patched.has_value()) {
    PrintError(patched.error().message);
    return kExitInputFailed;
  }
  if (!Print(patched->text)) return kExitInputFailed;
  if (patched->replaced == 0) PrintNote("nothing to replace: the input has no ${CA_BUNDLE}");
  return kExitOk;
}

}  // namespace

PatchedText ReplaceCaBundle(std::string_view text, std::string_view base64) {
  constexpr std::string_view kBraced = "${CA_BUNDLE}";
  constexpr std::string_view kBare = "$CA_BUNDLE";
  PatchedText patched;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    patched.text.append(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    std::size_t size = 0;
    if (text.starts_with(kBraced)) {
      size = kBraced.size();
    } else if (text.starts_with(kBare) &&
               (text.size() == kBare.size() || !IsNameByte(text[kBare.size()]))) {
      size = kBare.size();
    }
    patched.text.append(size == 0 ? text.substr(0, 1) : base64);
    patched.replaced += size == 0 ? 0 : 1;
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return patched;
}

void AddPatchCaBundleCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("patch-ca-bundle", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddFlags(command, *options);
}

}  // namespace sidecar::cli
