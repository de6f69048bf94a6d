#include "controller/report_store.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using kube::Json;

class ReportStoreTest : public ApiServerTest {
 protected:
  static Json Object() {
    return {{"apiVersion", "sidecar-injector.istio.io/v1alpha1"},
            {"kind", "InjectorStatus"},
            {"metadata", {{"name", "a"}}},
            {"status", {{"version", "1"}}}};
  }
};

TEST_F(ReportStoreTest, WhatIsWrittenIsRead) {
  EXPECT_TRUE(Await(WriteReport(*client_, kInjectorStatuses, Object(), true)).has_value());
  const auto stored = Await(ReadReport(*client_, kInjectorStatuses, "", "a"));
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ((*stored->object)["status"]["version"], "1");
}

TEST_F(ReportStoreTest, AnObjectThatExistsIsAppliedOnce) {
  Await(WriteReport(*client_, kInjectorStatuses, Object(), false)).has_value();
  const auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_THAT(requests[0].target,
              testing::HasSubstr("/a/status?fieldManager=sidecar-injector&force=true"));
}

TEST_F(ReportStoreTest, AMissingObjectIsNoMissingType) {
  const auto none = Await(ReadReport(*client_, kInjectionReports, "shop", "injection"));
  ASSERT_TRUE(none.has_value());
  EXPECT_TRUE(none->is_served);
  EXPECT_TRUE(none->object == nullptr);
  server_.RemoveApi("sidecar-injector.istio.io/v1alpha1");
  const auto no_type = Await(ReadReport(*client_, kInjectionReports, "shop", "injection"));
  ASSERT_TRUE(no_type.has_value());
  EXPECT_FALSE(no_type->is_served);
}

TEST_F(ReportStoreTest, AWriteThatFindsNothingIsAConflict) {
  server_.RemoveApi("sidecar-injector.istio.io/v1alpha1");
  const auto done = Await(WriteReport(*client_, kInjectorStatuses, Object(), true));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kConflict);
}

TEST_F(ReportStoreTest, OtherErrorsAreThose) {
  server_.Forbid("get", "injectorstatuses");
  const auto stored = Await(ReadReport(*client_, kInjectorStatuses, "", "a"));
  ASSERT_FALSE(stored.has_value());
  EXPECT_EQ(stored.error().code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace sidecar::controller
