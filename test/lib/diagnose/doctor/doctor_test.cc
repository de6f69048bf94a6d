#include "lib/diagnose/doctor/doctor.h"

#include <set>

#include <gtest/gtest.h>

#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

TEST(DoctorTest, AHealthyInstallationHasNothingWrong) {
  for (const CheckReport& report : Examine(Healthy())) {
    EXPECT_EQ(ToString(report.status), "ok")
        << report.check->rule.code << ' ' << report.result.skipped
        << (report.result.findings.empty() ? "" : report.result.findings.front().message);
  }
}

TEST(DoctorTest, WhatWasNotSeenIsNoAlarm) {
  DoctorSnapshot nothing;
  for (const char* const what :
       {"version", "admission API", "clock", "MutatingWebhookConfiguration", "Namespace", "Node",
        "Service", "Endpoints", "Lease", "inject config", "mesh config", "permissions", "probe"}) {
    nothing.unseen.emplace(what, "forbidden");
  }
  for (const CheckReport& report : Examine(nothing)) {
    EXPECT_EQ(ToString(report.status), "skipped") << report.check->rule.code;
    EXPECT_FALSE(report.result.skipped.empty());
  }
}

TEST(DoctorTest, EveryCheckHasANameOfItsOwnAndSaysWhatToDo) {
  std::set<std::string_view> codes;
  for (const CheckGroup& group : DoctorChecks()) {
    for (const Check* const check : group.checks) {
      EXPECT_TRUE(codes.insert(check->rule.code).second) << check->rule.code;
      EXPECT_TRUE(check->rule.summary.ends_with('.')) << check->rule.code;
      EXPECT_TRUE(check->rule.remedy.ends_with('.')) << check->rule.code;
    }
  }
  EXPECT_GE(codes.size(), 30U);
}

}  // namespace
}  // namespace sidecar::diagnose
