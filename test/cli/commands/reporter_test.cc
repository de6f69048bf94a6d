#include "cli/commands/reporter.h"

#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

inject::ObjectReport Object(inject::Reason reason) {
  inject::ObjectReport object;
  object.kind = "Deployment";
  object.name = "web";
  object.reason = reason;
  return object;
}

TEST(ReporterTest, SaysWhatWasAddedOrWhyNot) {
  inject::ObjectReport injected = Object(inject::Reason::kInjected);
  injected.added = {"istio-init", "istio-proxy"};
  EXPECT_EQ(Describe(injected), "injected (istio-init, istio-proxy)");
  injected.added.clear();
  EXPECT_EQ(Describe(injected), "injected nothing: the template rendered no containers");
  EXPECT_EQ(Describe(Object(inject::Reason::kHostNetwork)),
            "not injected, uses the host's network (HostNetwork)");
  EXPECT_EQ(Describe(Object(inject::Reason::kNotAPod)), "passed through (NotAPod)");
  EXPECT_EQ(Describe(Object(inject::Reason::kAlreadyInjected)),
            "unchanged, carries this sidecar already (AlreadyInjected)");
}

TEST(ReporterTest, WritesOneLineAnObjectAndCountsFailures) {
  testing::internal::CaptureStderr();
  {
    Reporter reporter(/*quiet=*/false);
    const yaml::Document document = {.text = "", .line = 10, .number = 2};
    inject::DocumentReport report;
    report.objects = {Object(inject::Reason::kHostNetwork)};
    reporter.Document("a.yaml", document, report);
    inject::DocumentError failure;
    failure.error.message = "no good";
    failure.object = "Deployment/web";
    failure.line = 4;
    reporter.Failure("a.yaml", document, failure);
    EXPECT_EQ(reporter.failures(), 1U);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "a.yaml:10 Deployment/web: not injected, uses the host's network (HostNetwork)\n"
            "Error: a.yaml:13: document 2: Deployment/web: no good\n");
}

TEST(ReporterTest, AFailureAmongManyIsToldOnceMoreAtTheEnd) {
  inject::DocumentError failure;
  failure.error.message = "no good";
  testing::internal::CaptureStderr();
  {
    Reporter reporter(/*quiet=*/false);
    reporter.Failure("-", {.text = "", .line = 1, .number = 1}, failure);
    reporter.NothingWritten();
    reporter.Document("-", {.text = "", .line = 4, .number = 2}, {});
    reporter.NothingWritten();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Error: standard input:1: document 1: no good\n"
            "Error: nothing was written: 1 failure, 2 documents\n");
}

TEST(ReporterTest, QuietStillTellsFailures) {
  testing::internal::CaptureStderr();
  {
    Reporter reporter(/*quiet=*/true);
    inject::DocumentReport report;
    report.objects = {Object(inject::Reason::kHostNetwork)};
    reporter.Document("a.yaml", {}, report);
    reporter.Note("by the way");
    reporter.Failure("b.yaml", "is missing");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "Error: b.yaml: is missing\n");
}

}  // namespace
}  // namespace sidecar::cli
