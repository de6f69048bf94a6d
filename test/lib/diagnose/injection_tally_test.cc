#include "lib/diagnose/injection_tally.h"

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

using inject::Reason;

PodTemplate Pod(ObjectSet& set, std::string_view metadata, std::string_view spec = "{}") {
  std::string text = "{kind: Pod, metadata: {name: p, namespace: shop, uid: u";
  text.append(metadata.empty() ? "" : ", ").append(metadata).append("}, spec: ").append(spec);
  const Result<void> added = set.AddDocument(text + "}", {});
  EXPECT_TRUE(added.has_value()) << added.error().message;
  return FindPodTemplate(set.objects().back()).value();
}

std::string Injected(std::string_view version) {
  return "annotations: {sidecar.istio.io/status: '{\"version\":\"" + std::string(version) +
         "\",\"containers\":[\"istio-proxy\"]}'}";
}

TEST(InjectionTallyTest, TellsHowAPodStands) {
  struct Case {
    std::string metadata;
    std::string_view spec;
    Selection selection;
    InjectionState state;
    Reason reason;
  };
  const std::vector<Case> cases = {
      {Injected("new"), "{}", Selection::kSelected, InjectionState::kInjected, Reason::kInjected},
      {Injected("old"), "{}", Selection::kSelected, InjectionState::kStale, Reason::kInjected},
      {Injected("old"), "{}", Selection::kNone, InjectionState::kStale, Reason::kInjected},
      {"", "{}", Selection::kSelected, InjectionState::kMissing, Reason::kInjected},
      {"", "{}", Selection::kNone, InjectionState::kNotInMesh, Reason::kInjected},
      {"", "{}", Selection::kExcluded, InjectionState::kOptedOut, Reason::kInjected},
      {"", "{hostNetwork: true}", Selection::kSelected, InjectionState::kSkipped,
       Reason::kHostNetwork},
      {"annotations: {sidecar.istio.io/inject: \"false\"}", "{}", Selection::kSelected,
       InjectionState::kOptedOut, Reason::kAnnotationOptOut},
      {"", "{containers: [{name: istio-proxy}]}", Selection::kSelected, InjectionState::kInjected,
       Reason::kInjected},
  };
  for (const Case& c : cases) {
    ObjectSet set;
    const PodStanding standing = StandingOf(Pod(set, c.metadata, c.spec), c.selection,
                                            {.policy = inject::Policy::kEnabled,
                                             .current_version = "new",
                                             .sidecar_container = "istio-proxy"});
    EXPECT_EQ(ToString(standing.state), ToString(c.state)) << c.metadata << c.spec;
    EXPECT_EQ(ToString(standing.reason), ToString(c.reason)) << c.metadata << c.spec;
  }
}

TEST(InjectionTallyTest, AnOwnerIsWhatAPersonRestarts) {
  ObjectSet set;
  const auto owner_of = [&](std::string_view metadata) {
    const OwnerKey key = OwnerOf(Pod(set, metadata));
    return key.namespace_name + ' ' + key.kind + '/' + key.name;
  };
  EXPECT_EQ(owner_of(""), "shop Pod/p");
  EXPECT_EQ(owner_of("ownerReferences: [{kind: ReplicaSet, name: web-5d4, controller: true}], "
                     "labels: {pod-template-hash: 5d4}"),
            "shop Deployment/web");
  EXPECT_EQ(owner_of("ownerReferences: [{kind: ReplicaSet, name: web-5d4, controller: true}]"),
            "shop ReplicaSet/web-5d4");
  EXPECT_EQ(owner_of("ownerReferences: [{kind: Other, name: x}, "
                     "{kind: StatefulSet, name: db, controller: true}]"),
            "shop StatefulSet/db");
}

TEST(InjectionTallyTest, AnOwnerIsInTheWorstStateOfItsPods) {
  ObjectSet set;
  InjectionTally tally({.current_version = "new"});
  constexpr std::string_view kOwner =
      "ownerReferences: [{kind: StatefulSet, name: db, controller: true}], ";
  const auto add = [&](std::string_view created, std::string_view metadata) {
    std::string text(kOwner);
    text.append("creationTimestamp: \"").append(created).append("\", ").append(metadata);
    tally.AddPod(Pod(set, text), Selection::kSelected);
  };
  add("2018-01-03T00:00:00Z", Injected("new"));
  add("2018-01-02T00:00:00Z", Injected("older"));
  add("2018-01-01T00:00:00Z", Injected("oldest"));
  ASSERT_EQ(tally.owners().size(), 1U);
  const OwnerStanding& owner = tally.owners().begin()->second;
  EXPECT_EQ(owner.state, InjectionState::kStale);
  EXPECT_EQ(owner.version, "oldest");
  EXPECT_EQ(owner.since, "2018-01-01T00:00:00Z");
  EXPECT_EQ(owner.PodCount(), 3U);
  const auto total = tally.Total("shop");
  EXPECT_EQ(total[static_cast<std::size_t>(InjectionState::kInjected)], 1U);
  EXPECT_EQ(total[static_cast<std::size_t>(InjectionState::kStale)], 2U);
  EXPECT_EQ(tally.Total("other")[static_cast<std::size_t>(InjectionState::kStale)], 0U);
}

TEST(InjectionTallyTest, AFailureIsTheWorst) {
  ObjectSet set;
  InjectionTally tally({});
  tally.AddFailure({"shop", "Deployment", "web"}, "denied");
  tally.AddPod(Pod(set,
                   "ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}], "
                   "labels: {pod-template-hash: \"1\"}"),
               Selection::kSelected);
  const OwnerStanding& owner = tally.owners().at({"shop", "Deployment", "web"});
  EXPECT_EQ(owner.state, InjectionState::kFailed);
  EXPECT_EQ(owner.message, "denied");
  EXPECT_EQ(tally.Total()[static_cast<std::size_t>(InjectionState::kFailed)], 1U);
}

TEST(InjectionTallyTest, AnImageThatIsNotTheCurrentOneIsStale) {
  ObjectSet set;
  int asked = 0;
  TallyOptions options;
  options.current_version = "new";
  options.current_images = [&asked](const PodTemplate&) {
    ++asked;
    return std::map<std::string, std::string>{{"istio-proxy", "proxy:2"}};
  };
  InjectionTally tally(std::move(options));
  constexpr std::string_view kSpec = "{containers: [{name: istio-proxy, image: 'proxy:1'}]}";
  tally.AddPod(Pod(set, Injected("new"), kSpec), Selection::kSelected);
  tally.AddPod(Pod(set, Injected("new"), kSpec), Selection::kSelected);
  EXPECT_EQ(asked, 1);
  const OwnerStanding& owner = tally.owners().at({"shop", "Pod", "p"});
  EXPECT_EQ(owner.state, InjectionState::kStale);
  EXPECT_EQ(owner.message, "image proxy:1 of container \"istio-proxy\" is now proxy:2");

  tally.AddPod(Pod(set, Injected("new"), "{containers: [{name: istio-proxy, image: 'proxy:2'}]}"),
               Selection::kSelected);
  EXPECT_EQ(owner.pods[static_cast<std::size_t>(InjectionState::kInjected)], 1U);
}

TEST(InjectionTallyTest, NobodyIsAskedAboutAPodThatNoWebhookSelects) {
  ObjectSet set;
  InjectionTally tally({});
  tally.AddPod(Pod(set, ""), Selection::kExcluded);
  EXPECT_EQ(tally.owners().at({"shop", "Pod", "p"}).ReasonText(), "NotSelected");
}

TEST(InjectionTallyTest, PodsThatHaveEndedDoNotCount) {
  ObjectSet set;
  ASSERT_TRUE(
      set.AddDocument("{kind: Pod, metadata: {uid: u}, spec: {}, status: {phase: Failed}}", {})
          .has_value());
  InjectionTally tally({});
  tally.AddPod(*FindPodTemplate(set.objects()[0]), Selection::kSelected);
  EXPECT_TRUE(tally.owners().empty());
}

}  // namespace
}  // namespace sidecar::diagnose
