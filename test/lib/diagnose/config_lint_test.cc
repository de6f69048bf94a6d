#include "lib/diagnose/config_lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/inject/builtin_template.h"
#include "lib/inject/config.h"

namespace sidecar::diagnose {
namespace {

using inject::Compat;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::shared_ptr<const kubetypes::MeshConfig> Mesh(Compat compat) {
  return std::make_shared<const kubetypes::MeshConfig>(
      kubetypes::DefaultMeshConfig(inject::MeshReleaseOf(compat)));
}

std::vector<std::string> Lint(std::string_view text, const LintOptions& options = {}) {
  std::vector<std::string> lines;
  for (const Finding& finding : LintConfig(text, Mesh(options.compat), options)) {
    const std::string column = finding.column == 0 ? "" : ':' + std::to_string(finding.column);
    lines.push_back(std::to_string(finding.line) + column + ' ' + std::string(finding.rule->code) +
                    ' ' + finding.field + ": " + finding.message);
  }
  return lines;
}

constexpr std::string_view kGood = R"(policy: enabled
template: |
  containers:
  - name: proxy
    image: proxy:1
    resources: {requests: {cpu: 10m}}
    securityContext:
      allowPrivilegeEscalation: false
      runAsNonRoot: true
      capabilities: {drop: [ALL]}
)";

std::string With(std::string_view more) {
  return std::string(kGood).append(more);
}

TEST(ConfigLintTest, AGoodConfigurationHasNoFinding) {
  EXPECT_THAT(Lint(kGood), IsEmpty());
}

TEST(ConfigLintTest, TellsWhatTheInjectorCannotUse) {
  EXPECT_THAT(Lint("a: 1"), ElementsAre("0 InvalidConfig : has no key \"template\""));
  EXPECT_THAT(Lint("policy: enabled\ntemplate: |\n  a\n  {{ .ObjectMeta.Name | nope }}\n"),
              ElementsAre("4:3 InvalidConfig template: template: inject:2: function \"nope\" not "
                          "defined"));
  EXPECT_THAT(Lint("policy: sometimes\ntemplate: |\n  containers: []\n"),
              Contains("1:1 UnknownPolicy policy: the policy is \"sometimes\""));
}

TEST(ConfigLintTest, PlacesAreThoseOfTheFile) {
  EXPECT_THAT(Lint("policy: enabled\ntemplate: [\n"), ElementsAre(StartsWith("2 InvalidConfig :")));
  EXPECT_THAT(Lint(With("more: 1\n")),
              ElementsAre(StartsWith("11:1 UnknownConfigKey : unknown key")));
  EXPECT_THAT(Lint("policy: enabled\ntemplate: |\n  {{ if true }}\n  containers:\n  - name: p\n"
                   "    imagee: {{ .ObjectMeta.Name }}\n  {{ end }}\n"),
              Contains(StartsWith("6:5 UnknownField")));
}

TEST(ConfigLintTest, RendersForOrdinaryPods) {
  EXPECT_THAT(Lint(With("  # {{ index .ObjectMeta.Annotations \"a\" | fail }}\n")),
              ElementsAre(StartsWith("11:44 TemplateFails template: for a pod of a Deployment: ")));
  EXPECT_THAT(Lint("policy: enabled\ntemplate: |\n  volumes: []\n"),
              Contains("2 RendersNothing template: for a pod of a Deployment"));
}

TEST(ConfigLintTest, LooksAtWhatIsAdded) {
  EXPECT_THAT(
      Lint(R"(policy: enabled
template: |
  initContainers:
  - name: init
    image: init:1
    restartPolicy: Always
    securityContext: {privileged: true, runAsUser: 0, capabilities: {add: [NET_ADMIN]}}
  containers:
  - name: proxy
    imagee: proxy:1
  volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]
)"),
      ElementsAre(
          "6:5 ContainerRestartPolicy initContainers[init].restartPolicy: "
          "\"init\" has restartPolicy: Always",
          "7:5 NotRestricted initContainers[init].securityContext: \"init\": is privileged, "
          "allowPrivilegeEscalation is not false, runs as root, adds the "
          "capability NET_ADMIN, does not drop ALL capabilities",
          "9:5 MissingResourceRequests containers[proxy].resources.requests: "
          "\"proxy\" requests no cpu",
          "9:5 NotRestricted containers[proxy].securityContext: \"proxy\": "
          "allowPrivilegeEscalation is not false, runAsNonRoot is not true, does "
          "not drop ALL capabilities",
          "9:5 RefusedByKubernetes containers[proxy].image: \"proxy\" has no image",
          "10:5 UnknownField template: rendered template line 8: "
          "containers[0].imagee: unknown field; left out",
          "11:14 DuplicateName volumes: the name \"a\" occurs twice"));
}

TEST(ConfigLintTest, TellsWhatKubernetesWouldRefuse) {
  const std::string long_name(64, 'a');
  for (const std::string& name : {std::string("Istio_Proxy"), std::string("-a"), long_name}) {
    EXPECT_THAT(
        Lint(With("  volumes:\n  - {name: " + name + ", emptyDir: {}}\n")),
        ElementsAre("12:6 RefusedByKubernetes volumes: the name \"" + name +
                    "\" is not up to 63 lower case letters, digits and, between them, '-'"));
  }
  EXPECT_THAT(Lint(With("  volumes:\n  - {emptyDir: {}}\n")),
              ElementsAre(StartsWith("12:5 RefusedByKubernetes volumes: the name \"\" is not")));
  // Containers of both lists share their names.
  EXPECT_THAT(Lint(With("  initContainers:\n  - name: proxy\n    image: a\n")),
              Contains(StartsWith("4:5 DuplicateName containers: the name \"proxy\" occurs")));
}

TEST(ConfigLintTest, RestrictedPodsMountNoFolderOfTheNode) {
  EXPECT_THAT(
      Lint(With("  volumes:\n  - {name: a, emptyDir: {}}\n  - name: b\n    hostPath: {path: /}\n")),
      ElementsAre("14:5 NotRestricted volumes[b].hostPath: \"b\": is a folder of the node"));
}

TEST(ConfigLintTest, TellsFunctionsThatARereleaseDidNotHave) {
  const std::string text = With("  # {{ upper \"a\" }} {{ len \"a\" }}\n");
  EXPECT_THAT(Lint(text), IsEmpty());
  EXPECT_THAT(
      Lint(text, {.compat = Compat::k0_5_0, .for_release_only = true}),
      ElementsAre("11:8 NewerFunction template: function \"upper\" is newer than Istio 0.5.0"));
}

TEST(ConfigLintTest, IstiosOwnTemplateHasNoErrors) {
  for (const Compat compat : {Compat::k0_5_0, Compat::k0_8}) {
    inject::Params params;
    params.init_image = "init:1";
    params.proxy_image = "proxy:1";
    const std::string config =
        inject::FormatConfig({.policy = "enabled",
                              .template_text = inject::BuiltinTemplate(params, compat),
                              .warnings = {}});
    for (const Finding& finding : LintConfig(config, Mesh(compat), {.compat = compat})) {
      EXPECT_NE(finding.rule->severity, Severity::kError) << finding.message;
    }
  }
}

}  // namespace
}  // namespace sidecar::diagnose
