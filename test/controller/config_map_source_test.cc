#include "controller/config_map_source.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using kube::WatchEventType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string Config(const std::string& image) {
  return "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: " + image +
         "\n";
}

Json ConfigMap(const std::string& name, const std::string& key, const std::string& text) {
  return {{"metadata", {{"name", name}, {"namespace", "istio-system"}, {"uid", "uid-" + name}}},
          {"data", {{key, text}}}};
}
Json Inject(const std::string& text) {
  return ConfigMap("istio-inject", "config", text);
}
Json Mesh(const std::string& text) {
  return ConfigMap("istio", "mesh", text);
}

class ConfigMapSourceTest : public testing::Test {
 protected:
  void Start(std::optional<std::string> fallback = std::nullopt) {
    source_ = std::make_unique<ConfigMapSource>(
        ConfigMapSource::Options{{}, std::move(fallback)}, configuration_,
        [this](EventNote note) { events_.push_back(std::move(note)); });
    inject_ = source_->InjectSink();
    mesh_ = source_->MeshSink();
  }

  static void List(const kube::ReflectorSink& sink, const std::vector<Json>& objects) {
    sink.list_started();
    for (const Json& object : objects) EXPECT_TRUE(sink.listed(object).has_value());
    sink.replaced();
  }
  static void Change(const kube::ReflectorSink& sink, const Json& object,
                     WatchEventType type = WatchEventType::kModified) {
    EXPECT_TRUE(sink.changed(type, object).has_value());
  }
  void StartWithGood() {
    Start();
    List(inject_, {Inject(Config("a"))});
    List(mesh_, {Mesh("")});
    ASSERT_EQ(Generation(), 1U);
  }

  std::uint64_t Generation() const {
    const auto snapshot = configuration_.published().Get();
    return snapshot == nullptr ? 0 : snapshot->generation;
  }

  Logger log_{[] {
    LogOptions options;
    options.sink = [](std::string_view) {};
    return options;
  }()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  webhook::InjectionConfiguration configuration_{inject::Compat::k0_5_0, log_, metrics_,
                                                 readiness_};
  std::vector<EventNote> events_;
  std::unique_ptr<ConfigMapSource> source_;
  kube::ReflectorSink inject_;
  kube::ReflectorSink mesh_;
};

TEST_F(ConfigMapSourceTest, FollowsExactlyTwoObjects) {
  Start();
  EXPECT_EQ(source_->InjectReflector().field_selector, "metadata.name=istio-inject");
  EXPECT_EQ(source_->MeshReflector().field_selector, "metadata.name=istio");
  EXPECT_EQ(source_->MeshReflector().ns, "istio-system");
}

TEST_F(ConfigMapSourceTest, NothingIsInUseBeforeBothAreThere) {
  Start();
  List(inject_, {Inject(Config("a"))});
  EXPECT_EQ(Generation(), 0U);
  List(mesh_, {});
  EXPECT_EQ(Generation(), 0U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("ConfigMap istio-system/istio does not exist"));
  Change(mesh_, Mesh(""), WatchEventType::kAdded);
  EXPECT_EQ(Generation(), 1U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok\n"));
}

TEST_F(ConfigMapSourceTest, AChangeIsInUseAtOnce) {
  StartWithGood();
  Change(inject_, Inject(Config("b")));
  EXPECT_EQ(Generation(), 2U);
  Change(mesh_, Mesh("ingressClass: other\n"));
  EXPECT_EQ(Generation(), 3U);
  // Labels, say, have changed.
  Change(inject_, Inject(Config("b")));
  EXPECT_EQ(Generation(), 3U);
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(ConfigMapSourceTest, ABadOneLeavesTheLastGoodInUseAndTellsTheLine) {
  StartWithGood();
  Change(inject_, Inject("policy: enabled\ntemplate: |\n  a\n  {{ if }}\n"));
  EXPECT_EQ(Generation(), 1U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok: the last reload failed"));
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_EQ(events_[0].name, "istio-inject");
  EXPECT_EQ(events_[0].uid, "uid-istio-inject");
  EXPECT_EQ(events_[0].reason, "InvalidConfiguration");
  EXPECT_TRUE(events_[0].warning);
  EXPECT_THAT(events_[0].message, HasSubstr("the last good configuration stays in use"));
  EXPECT_THAT(events_[0].message, HasSubstr(":2:"));

  Change(inject_, Inject(Config("b")));
  EXPECT_EQ(Generation(), 2U);
  ASSERT_THAT(events_, SizeIs(2));
  EXPECT_EQ(events_[1].reason, "ConfigurationInUse");
}

TEST_F(ConfigMapSourceTest, ABadMeshIsToldAboutTheMesh) {
  StartWithGood();
  Change(mesh_, Mesh("defaultConfig: 3\n"));
  EXPECT_EQ(Generation(), 1U);
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_EQ(events_[0].name, "istio");
}

TEST_F(ConfigMapSourceTest, DeletedAndCreatedAgain) {
  StartWithGood();
  Change(inject_, Inject(Config("a")), WatchEventType::kDeleted);
  EXPECT_EQ(Generation(), 1U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok: the last reload failed: ConfigMap"));
  Change(inject_, Inject(Config("b")), WatchEventType::kAdded);
  EXPECT_EQ(Generation(), 2U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok\n"));
}

TEST_F(ConfigMapSourceTest, ARelistTellsWhatWasMissed) {
  StartWithGood();
  List(inject_, {Inject(Config("b"))});
  EXPECT_EQ(Generation(), 2U);
  List(inject_, {});
  EXPECT_THAT(readiness_.Describe(), HasSubstr("does not exist"));
}

TEST_F(ConfigMapSourceTest, OthersAreNoneOfItsBusiness) {
  StartWithGood();
  Change(inject_, ConfigMap("other", "config", Config("b")));
  Change(inject_, ConfigMap("other", "config", ""), WatchEventType::kDeleted);
  List(inject_, {ConfigMap("other", "config", ""), Inject(Config("a"))});
  EXPECT_EQ(Generation(), 1U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok\n"));
}

TEST_F(ConfigMapSourceTest, TheDefaultServesUntilThereIsOne) {
  Start(Config("default"));
  List(inject_, {});
  List(mesh_, {});
  EXPECT_EQ(Generation(), 1U);
  Change(inject_, Inject(Config("a")), WatchEventType::kAdded);
  EXPECT_EQ(Generation(), 2U);
  // Not back to the default: somebody's own configuration would be replaced by it.
  Change(inject_, Inject(Config("a")), WatchEventType::kDeleted);
  EXPECT_EQ(Generation(), 2U);
}

TEST_F(ConfigMapSourceTest, ANewLeaderRepeatsWhatIsWrong) {
  StartWithGood();
  source_->ReportProblem();
  EXPECT_THAT(events_, IsEmpty());
  Change(inject_, Inject("policy: [\n"));
  source_->ReportProblem();
  EXPECT_THAT(events_, SizeIs(2));
}

}  // namespace
}  // namespace sidecar::controller
