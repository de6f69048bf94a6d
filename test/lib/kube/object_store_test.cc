#include "lib/kube/object_store.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::shared_ptr<const std::string> Make(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

TEST(ObjectStoreTest, ObjectsAreFoundByKey) {
  ObjectStore<std::string> store;
  store.Set("a/b", Make("1"));
  store.Set("a", Make("2"));
  const auto before = store.Get("a/b");
  EXPECT_TRUE(store.Set("a/b", Make("3")));
  EXPECT_FALSE(store.Set("a/b", Make("3")));
  EXPECT_EQ(*before, "1");
  EXPECT_EQ(*store.Get("a/b"), "3");
  EXPECT_EQ(store.Get("b"), nullptr);
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(store.Snapshot().front().first, "a");
  EXPECT_TRUE(store.Erase("a"));
  EXPECT_FALSE(store.Erase("a"));
}

TEST(ObjectStoreTest, ReplaceTellsWhatCameChangedAndWent) {
  ObjectStore<std::string> store;
  store.Set("same", Make("1"));
  store.Set("changed", Make("1"));
  store.Set("gone", Make("1"));
  ObjectStore<std::string>::Map next;
  next["same"] = Make("1");
  next["changed"] = Make("2");
  next["new"] = Make("1");
  EXPECT_THAT(store.Replace(std::move(next)), UnorderedElementsAre("changed", "gone", "new"));
  EXPECT_EQ(store.size(), 3U);
}

TEST(ObjectStoreTest, WhatCannotBeComparedHasChanged) {
  struct Opaque {
    int value;
  };
  ObjectStore<Opaque> store;
  store.Set("a", std::make_shared<const Opaque>(Opaque{1}));
  ObjectStore<Opaque>::Map next;
  next["a"] = std::make_shared<const Opaque>(Opaque{1});
  EXPECT_THAT(store.Replace(std::move(next)), ElementsAre("a"));
}

TEST(ObjectStoreTest, ReadersNeverSeeAMixture) {
  ObjectStore<std::string> store;
  const auto fill = [](const std::string& text) {
    ObjectStore<std::string>::Map map;
    for (int i = 0; i < 20; ++i) map[std::to_string(i)] = Make(text);
    return map;
  };
  store.Replace(fill("old"));
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const auto seen = store.Snapshot();
      for (const auto& [key, object] : seen) ASSERT_EQ(*object, *seen.front().second);
    }
  });
  for (int i = 0; i < 200; ++i) store.Replace(fill(std::to_string(i)));
  done = true;
  reader.join();
}

}  // namespace
}  // namespace sidecar::kube
