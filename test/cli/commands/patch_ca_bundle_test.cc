#include "cli/commands/patch_ca_bundle.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/yaml/base64.h"
#include "test/cli/run_program.h"
#include "test/support/certificates.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

TEST(PatchCaBundleTest, OnlyTheOneVariableIsReplaced) {
  struct Case {
    const char* before;
    const char* after;
    std::size_t replaced;
  };
  const Case cases[] = {
      {"caBundle: ${CA_BUNDLE}\n", "caBundle: Q0E=\n", 1},
      {"$CA_BUNDLE ${CA_BUNDLE}", "Q0E= Q0E=", 2},
      {"$HOME ${OTHER} $ $$ $", "$HOME ${OTHER} $ $$ $", 0},
      {"", "", 0},
  };
  for (const Case& each : cases) {
    const PatchedText patched = ReplaceCaBundle(each.before, "Q0E=");
    EXPECT_EQ(patched.text, each.after);
    EXPECT_EQ(patched.replaced, each.replaced);
  }
}

TEST(PatchCaBundleTest, AnUnfinishedVariableStays) {
  for (const char* text : {"$CA_BUNDLES", "${CA_BUNDLE:-x}", "${CA_BUNDLE", "$$"}) {
    EXPECT_EQ(ReplaceCaBundle(text, "Q0E=").text, text);
  }
}

TEST(PatchCaBundleTest, AFileIsUsedWithoutACluster) {
  const Folder folder;
  const std::string ca = testing_support::MakeCertificate({}).certificate;
  WriteFile(folder / "ca.pem", ca);
  const Finished done = RunProgram({"patch-ca-bundle", "--ca-file", folder / "ca.pem"},
                                   "a: ${CA_BUNDLE}\nb: ${OTHER}\n");
  EXPECT_EQ(done.exit_code, 0) << done.errors;
  EXPECT_EQ(done.output, "a: " + yaml::EncodeBase64(ca) + "\nb: ${OTHER}\n");
  EXPECT_EQ(done.errors, "");
}

TEST(PatchCaBundleTest, NothingToReplaceIsSaid) {
  const Folder folder;
  WriteFile(folder / "ca.pem", testing_support::MakeCertificate({}).certificate);
  const Finished done = RunProgram({"patch-ca-bundle", "--ca-file", folder / "ca.pem"}, "a: 1\n");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.output, "a: 1\n");
  EXPECT_THAT(done.errors, HasSubstr("nothing to replace"));
}

TEST(PatchCaBundleTest, WithoutACaNothingIsWritten) {
  const Folder folder;
  WriteFile(folder / "ca.pem", "junk");
  for (const std::string& file : {folder / "ca.pem", folder / "absent"}) {
    const Finished done = RunProgram({"patch-ca-bundle", "--ca-file", file}, "a: ${CA_BUNDLE}\n");
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(done.output, "");
    EXPECT_THAT(done.errors, HasSubstr("Error: "));
  }
}

}  // namespace
}  // namespace sidecar::cli
