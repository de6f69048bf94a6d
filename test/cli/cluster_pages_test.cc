#include "cli/cluster_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/cli/cluster_test.h"

namespace sidecar::cli {
namespace {

using diagnose::ObjectSet;

using ClusterPagesTest = ClusterTest;

TEST_F(ClusterPagesTest, EveryObjectIsInOnePage) {
  constexpr int kServices = 1200;
  for (int i = 0; i < kServices; ++i) {
    server_.Put(kube::kServices, {{"metadata",
                                   {{"name", "s" + std::to_string(i)},
                                    {"namespace", "shop"},
                                    {"managedFields", {{{"manager", "m"}}}}}}});
  }
  ClusterClient client = Connect();
  std::vector<std::size_t> pages;
  const Result<void> done = ForEachPage(client, kube::kServices, "", [&](const ObjectSet& page) {
    pages.push_back(page.objects().size());
    for (const diagnose::Object& object : page.objects()) {
      EXPECT_EQ(object.kind, "Service");
      EXPECT_EQ(diagnose::FindPath(object.node, {"metadata", "managedFields"}), nullptr);
    }
  });
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_THAT(pages, testing::ElementsAre(500, 500, 200));
}

TEST_F(ClusterPagesTest, AListThatExpiresIsBegunAgain) {
  int attempts = 0;
  const auto result = RetryExpired([&]() -> Result<int> {
    if (++attempts < 3) return Error{ErrorCode::kGone, "expired"};
    return attempts;
  });
  EXPECT_EQ(*result, 3);
  EXPECT_EQ(RetryExpired([&]() -> Result<int> {
              return Error{ErrorCode::kGone, "expired"};
            })
                .error()
                .code,
            ErrorCode::kGone);
}

}  // namespace
}  // namespace sidecar::cli
