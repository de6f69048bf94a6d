#include "lib/diagnose/object_set.h"

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

TEST(ObjectSetTest, ReadsObjectsWithTheirPlaces) {
  ObjectSet set("shop");
  AddFile(set, R"(apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata:
  generateName: web-
  namespace: other
)");
  ASSERT_EQ(set.objects().size(), 3U);
  const Object& service = set.objects()[0];
  EXPECT_EQ(service.Title(), "Service/web");
  EXPECT_EQ(service.namespace_name, "shop");
  EXPECT_EQ(service.LineOf(*FindPath(service.node, {"metadata", "name"})), 4U);
  EXPECT_EQ(set.objects()[1].namespace_name, "");
  const Object& pod = set.objects()[2];
  EXPECT_EQ(pod.Title(), "Pod/web-");
  EXPECT_EQ(pod.namespace_name, "other");
  EXPECT_EQ(pod.LineOf(*pod.node.Find("kind")), 12U);
}

TEST(ObjectSetTest, TakesObjectsOutOfLists) {
  ObjectSet set;
  AddFile(set, R"({kind: List, items: [{kind: Pod, metadata: {name: a}},
    {kind: PodList, items: [{metadata: {name: b}}]}]})");
  ASSERT_EQ(set.objects().size(), 2U);
  EXPECT_EQ(set.objects()[0].Title(), "Pod/a");
  EXPECT_EQ(set.objects()[1].Title(), "Pod/b");
}

TEST(ObjectSetTest, RefusesWhatIsNoObject) {
  ObjectSet set;
  EXPECT_EQ(set.AddDocument("a: 1", {}).error().message,
            "this is no Kubernetes object: it has no kind");
  EXPECT_FALSE(set.AddDocument("a: [", {}).has_value());
  EXPECT_TRUE(set.AddDocument("# nothing", {}).has_value());
  EXPECT_TRUE(set.objects().empty());
}

TEST(ObjectSetTest, AnObjectOfAClusterHasNoLines) {
  ObjectSet set;
  ASSERT_TRUE(set.AddDocument("{kind: Pod}", {}).has_value());
  EXPECT_EQ(set.objects()[0].LineOf(set.objects()[0].node), 0U);
}

TEST(ObjectSetTest, ItemsOfATypedListAreOfItsVersion) {
  ObjectSet set;
  ASSERT_TRUE(
      set.AddDocument("{kind: ServiceList, apiVersion: v1, items: [{metadata: {name: a}}]}", {})
          .has_value());
  EXPECT_EQ(set.objects()[0].kind, "Service");
  EXPECT_EQ(set.objects()[0].api_version, "v1");
}

}  // namespace
}  // namespace sidecar::diagnose
