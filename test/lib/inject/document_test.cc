#include "lib/inject/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/inject/builtin_template.h"

namespace sidecar::inject {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kDeployment = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: web:1
)";

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class DocumentTest : public testing::Test {
 protected:
  DocumentTest() { Use(BuiltinTemplate(BuiltinParams(), Compat::k0_5_0)); }

  static Params BuiltinParams() {
    Params params;
    params.init_image = "hub/proxy_init:1";
    params.proxy_image = "hub/proxy:1";
    params.enable_core_dump = false;
    return params;
  }

  void Use(std::string template_text, DocumentOptions options = {},
           Compat compat = Compat::k0_5_0) {
    auto config = Config::Compile(
        {.policy = "enabled", .template_text = std::move(template_text), .warnings = {}}, compat);
    ASSERT_TRUE(config.has_value()) << config.error().message;
    injector_.emplace(*config,
                      std::make_shared<const kubetypes::MeshConfig>(
                          kubetypes::DefaultMeshConfig(kubetypes::MeshRelease::k0_5_0)),
                      options);
  }

  std::string Inject(std::string_view document) {
    std::string output;
    Result<DocumentReport> report = injector_->Inject(document, output, failure_);
    EXPECT_TRUE(report.has_value()) << report.error().message;
    if (report.has_value()) report_ = *std::move(report);
    return output;
  }

  std::string Fail(std::string_view document) {
    std::string output = "before";
    const Result<DocumentReport> report = injector_->Inject(document, output, failure_);
    EXPECT_EQ(output, "before");
    EXPECT_FALSE(report.has_value());
    return report.has_value() ? "" : report.error().message;
  }

  // A document as the reader hands it on after an injection.
  static std::string WithoutSeparator(const std::string& output) {
    EXPECT_TRUE(output.ends_with("---\n"));
    return output.substr(0, output.size() - 4);
  }

  std::optional<DocumentInjector> injector_;
  DocumentReport report_;
  DocumentError failure_;
};

TEST_F(DocumentTest, InjectsADeploymentAndSaysSo) {
  const std::string output = Inject(kDeployment);
  EXPECT_THAT(output, HasSubstr("        image: hub/proxy:1\n"));
  EXPECT_THAT(output, HasSubstr("        sidecar.istio.io/status: '{\"version\":\""));
  ASSERT_EQ(report_.objects.size(), 1U);
  EXPECT_EQ(report_.objects[0].kind, "Deployment");
  EXPECT_EQ(report_.objects[0].name, "web");
  EXPECT_EQ(report_.objects[0].reason, Reason::kInjected);
  EXPECT_THAT(report_.objects[0].added, ElementsAre("istio-init", "istio-proxy"));
  EXPECT_THAT(report_.objects[0].warnings, IsEmpty());
}

TEST_F(DocumentTest, InjectsEveryKindOfWorkload) {
  const std::string pod_template =
      "template:\n      spec:\n        containers:\n        - name: a\n          image: a:1\n";
  for (const std::string_view type :
       {"apiVersion: v1\nkind: ReplicationController\n", "apiVersion: apps/v1\nkind: DaemonSet\n",
        "apiVersion: extensions/v1beta1\nkind: ReplicaSet\n",
        "apiVersion: apps/v1beta1\nkind: StatefulSet\n", "apiVersion: batch/v1\nkind: Job\n",
        "apiVersion: v1\nkind: DeploymentConfig\n",
        "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\n", "kind: Deployment\n"}) {
    EXPECT_THAT(Inject(std::string(type) + "spec:\n    " + pod_template), HasSubstr("hub/proxy:1"))
        << type;
  }
  EXPECT_THAT(Inject("apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n"
                     "      template:\n        spec:\n          containers: []\n"),
              HasSubstr("hub/proxy:1"));
  EXPECT_THAT(Inject("apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n"),
              HasSubstr("hub/proxy:1"));
}

TEST_F(DocumentTest, PassesEverythingElseThroughByteForByte) {
  for (const std::string_view document :
       {"", "# only a comment\n", "\n\n", "---\n",
        "apiVersion: v1\nkind:   Service # odd   spacing\nspec: {ports: [ {port: 080} ]}\n",
        "kind: DeploymentList\nitems: []\n", "a: 1\n"}) {
    EXPECT_EQ(Inject(document), std::string(document) + "---\n");
    EXPECT_EQ(report_.objects.at(0).reason, Reason::kNotAPod);
  }
}

TEST_F(DocumentTest, LeavesForeignObjectsWithAWorkloadsNameAlone) {
  const std::string job =
      "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec:\n  minAvailable: 3\n  tasks: []\n";
  EXPECT_EQ(Inject(job), job + "---\n");
  EXPECT_EQ(report_.objects[0].reason, Reason::kNotAPod);
}

TEST_F(DocumentTest, InjectingTwiceChangesNothing) {
  const std::string once = WithoutSeparator(Inject(kDeployment));
  EXPECT_EQ(WithoutSeparator(Inject(once)), once);
  EXPECT_EQ(report_.objects[0].reason, Reason::kAlreadyInjected);
}

TEST_F(DocumentTest, InjectingTwiceChangesNothingEvenIfTheSidecarHasPorts) {
  Use("containers:\n- name: proxy\n  args: [\"{{ range .Spec.Containers }}{{ range .Ports }}"
      "{{ .ContainerPort }} {{ end }}{{ end }}\"]\n  ports:\n  - containerPort: 15090\n");
  const std::string once = WithoutSeparator(Inject(kDeployment));
  EXPECT_EQ(WithoutSeparator(Inject(once)), once);
}

TEST_F(DocumentTest, AnEarlierSidecarIsReplacedInPlace) {
  std::string injected = WithoutSeparator(Inject(kDeployment));
  injected = Replaced(injected, "      initContainers:\n",
                      "      - name: added-later\n        image: later:1\n      initContainers:\n");
  Params newer = BuiltinParams();
  newer.proxy_image = "hub/proxy:2";
  Use(BuiltinTemplate(newer, Compat::k0_5_0));
  const std::string updated = Inject(injected);
  EXPECT_EQ(report_.objects[0].reason, Reason::kInjected);
  EXPECT_THAT(updated, Not(HasSubstr("hub/proxy:1")));
  EXPECT_LT(updated.find("hub/proxy:2"), updated.find("later:1"));
}

TEST_F(DocumentTest, ASidecarWithAnAnnotationOfOldFormIsReplacedToo) {
  const std::string old =
      Replaced(Replaced(std::string(kDeployment), "      - name: web\n",
                        "      - name: istio-proxy\n        image: old:1\n"
                        "      - name: web\n"),
               "      labels:\n",
               "      annotations:\n        sidecar.istio.io/status: injected-version-0.4\n"
               "      labels:\n");
  const std::string output = Inject(old);
  EXPECT_THAT(output, Not(HasSubstr("old:1")));
  EXPECT_THAT(output, HasSubstr("hub/proxy:1"));
}

// The document is refused; the answer is why.
std::string WhyNot(DocumentInjector& injector, std::string_view document) {
  std::string output;
  DocumentError failure;
  const Result<DocumentReport> report = injector.Inject(document, output, failure);
  return report.has_value() ? "accepted" : failure.error.message;
}

TEST_F(DocumentTest, TheUsersOwnContainersAndVolumesAreNeverReplaced) {
  const std::string own =
      Replaced(std::string(kDeployment), "      - name: web\n",
               "      - name: istio-proxy\n        image: mine:1\n      - name: web\n");
  EXPECT_EQ(WhyNot(*injector_, own),
            "cannot add container \"istio-proxy\": the pod has one already, and no status "
            "annotation says that an injection put it there");
  Use("volumes: [{name: data, emptyDir: {}}]");
  EXPECT_THAT(WhyNot(*injector_, std::string(kDeployment) + "      volumes: [{name: data}]\n"),
              HasSubstr("cannot add volume \"data\": the pod has one already"));
  Use("containers: [{name: a}, {name: a}]");
  EXPECT_EQ(WhyNot(*injector_, kDeployment),
            "cannot add container \"a\": the template has it twice");
  Use("containers: [{name: web, image: second:1}]", {.duplicate = true});
  EXPECT_THAT(Inject(kDeployment), HasSubstr("second:1"));
}

TEST_F(DocumentTest, ACronJobsPodMayRefuseInEitherPlace) {
  for (const std::string_view place : {"spec: {jobTemplate: {metadata: {annotations: ANNOTATIONS}, "
                                       "spec: {template: {spec: {}}}}}",
                                       "spec: {jobTemplate: {spec: {template: {metadata: "
                                       "{annotations: ANNOTATIONS}, spec: {}}}}}"}) {
    const std::string document =
        "kind: CronJob\n" +
        Replaced(std::string(place), "ANNOTATIONS", "{sidecar.istio.io/inject: \"false\"}") + "\n";
    EXPECT_EQ(Inject(document), document + "---\n");
    EXPECT_EQ(report_.objects[0].reason, Reason::kAnnotationOptOut);
  }
}

TEST_F(DocumentTest, TheValueThatBreaksTheYamlIsTheOneNamed) {
  for (const std::string_view value : {"'{x'", "\"'a\"", "\"a\\nb\""}) {
    const std::string document =
        Replaced(std::string(kDeployment), "app: web", "app: " + std::string(value));
    EXPECT_THAT(WhyNot(*injector_, document), HasSubstr("at <index .ObjectMeta.Labels \"app\">"));
  }
}

TEST_F(DocumentTest, DuplicateAppendsASecondSidecarAsIstioDid) {
  const std::string once = WithoutSeparator(Inject(kDeployment));
  Use(BuiltinTemplate(BuiltinParams(), Compat::k0_5_0), {.duplicate = true});
  const std::string twice = Inject(once);
  const std::size_t first = twice.find("image: hub/proxy:1");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(twice.find("image: hub/proxy:1", first + 1), std::string::npos);
}

TEST_F(DocumentTest, APodsRefusalIsHonouredUnlessIgnored) {
  const std::string refusing =
      Replaced(std::string(kDeployment), "      labels:\n",
               "      annotations:\n        sidecar.istio.io/inject: \"false\"\n      labels:\n");
  EXPECT_EQ(Inject(refusing), refusing + "---\n");
  EXPECT_EQ(report_.objects[0].reason, Reason::kAnnotationOptOut);
  Use(BuiltinTemplate(BuiltinParams(), Compat::k0_5_0), {.ignore_policy = true});
  EXPECT_THAT(Inject(refusing), HasSubstr("hub/proxy:1"));
}

TEST_F(DocumentTest, HostNetworkIsNotInjectedButWrittenAnewAsIstioDoes) {
  const std::string host =
      Replaced(std::string(kDeployment), "    spec:\n", "    spec:\n      hostNetwork: true\n");
  const std::string output = Inject(host);
  EXPECT_EQ(report_.objects[0].reason, Reason::kHostNetwork);
  EXPECT_THAT(output, Not(HasSubstr("hub/proxy:1")));
  EXPECT_THAT(output, HasSubstr("status: {}"));
}

TEST_F(DocumentTest, AUsersFieldThatIsNewerThanTheSchemaSurvives) {
  const std::string newer = Replaced(std::string(kDeployment), "        image: web:1\n",
                                     "        image: web:1\n        madeUpIn2031: [1, {a: b}]\n"
                                     "        restartPolicy: Always\n");
  const std::string output = Inject(newer);
  EXPECT_THAT(output, HasSubstr("        madeUpIn2031:\n        - 1\n        - a: b\n"));
  EXPECT_THAT(output, HasSubstr("        restartPolicy: Always\n"));
}

TEST_F(DocumentTest, ATemplatesContainerRestartPolicyIsDropped) {
  EXPECT_THAT(Inject(kDeployment), Not(HasSubstr("restartPolicy")));
}

TEST_F(DocumentTest, UnknownFieldsOfTheTemplateAreReported) {
  Use("containers:\n- name: proxy\n  imagePullPolice: Always\n");
  Inject(kDeployment);
  ASSERT_EQ(report_.objects.at(0).warnings.size(), 1U);
  EXPECT_EQ(report_.objects[0].warnings[0],
            "rendered template line 3: containers[0].imagePullPolice: unknown field; left out");
}

TEST_F(DocumentTest, ListsAreInjectedItemByItem) {
  const std::string list =
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: v1, kind: Service, metadata: {name: s}}\n"
      "- {apiVersion: batch.volcano.sh/v1alpha1, kind: Job, spec: {minAvailable: 3}}\n"
      "- {kind: List, apiVersion: v1, items: [{apiVersion: v1, kind: Pod, metadata: {name: p, "
      "namespace: ns}, spec: {containers: []}}]}\n";
  const std::string output = Inject(list);
  EXPECT_THAT(output, HasSubstr("minAvailable: 3"));
  EXPECT_THAT(output, HasSubstr("hub/proxy:1"));
  ASSERT_EQ(report_.objects.size(), 3U);
  EXPECT_EQ(report_.objects[2].name, "ns/p");
  EXPECT_EQ(report_.objects[2].reason, Reason::kInjected);
  EXPECT_EQ(WithoutSeparator(Inject(WithoutSeparator(output))), WithoutSeparator(output));
}

TEST_F(DocumentTest, ListsInListsEndSomewhere) {
  std::string list = "[]";
  for (int i = 0; i < 50; ++i) list = "[{kind: List, apiVersion: v1, items: " + list + "}]";
  EXPECT_THAT(Fail("kind: List\nitems: " + list + "\n"), HasSubstr("nested too deeply"));
}

TEST_F(DocumentTest, ALabelCannotBecomeStructure) {
  const std::string hostile = Replaced(std::string(kDeployment), "app: web", "app: 'a: b'");
  const std::string message = Fail(hostile);
  EXPECT_THAT(message, HasSubstr("template: inject:29:7"));
  EXPECT_THAT(message, HasSubstr("at <index .ObjectMeta.Labels \"app\">: value \"a: b\""));
  EXPECT_EQ(failure_.object, "Deployment/web");
}

TEST_F(DocumentTest, ALabelCannotBeAlteredSilently) {
  for (const std::string_view label : {"\"yes\"", "\"0777\"", "\"null\"", "\"1.10\"", "\"1e3\""}) {
    const std::string hostile =
        Replaced(std::string(kDeployment), "app: web", "app: " + std::string(label));
    EXPECT_THAT(Fail(hostile), HasSubstr("would be read as")) << label;
  }
  EXPECT_THAT(Inject(Replaced(std::string(kDeployment), "app: web", "app: \"42\"")),
              HasSubstr("        - \"42\"\n"));
}

TEST_F(DocumentTest, BadAnnotationsOf08AreErrors) {
  Params params = BuiltinParams();
  Use(BuiltinTemplate(params, Compat::k0_8), {}, Compat::k0_8);
  const std::string bad =
      Replaced(std::string(kDeployment), "      labels:\n",
               "      annotations:\n        traffic.sidecar.istio.io/includeInboundPorts: bad\n"
               "      labels:\n");
  EXPECT_THAT(Fail(bad), HasSubstr("includeInboundPorts invalid"));
}

TEST_F(DocumentTest, ErrorsTellTheLineOfTheDocument) {
  EXPECT_THAT(Fail("a: b\nc: [\n"), HasSubstr("yaml: "));
  Fail(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n"
      "    spec:\n      containers: 5\n");
  EXPECT_EQ(failure_.object, "Deployment/web");
  EXPECT_EQ(failure_.line, 8U);
  EXPECT_THAT(Fail("just text\n"), HasSubstr("cannot unmarshal string"));
  EXPECT_EQ(Fail("kind: ReplicationController\nspec: {}\n"), "spec.template is required value");
}

}  // namespace
}  // namespace sidecar::inject
