#include "webhook/config_files.h"

#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"
#include "test/support/temp_folder.h"

namespace sidecar::webhook {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing_support::CertificateRequest;
using testing_support::Credentials;
using testing_support::MakeCertificate;

std::string Config(const std::string& image) {
  return "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: " + image +
         "\n";
}

class ConfigFilesTest : public testing::Test {
 protected:
  ConfigFilesTest() {
    folder_.Write("config", Config("one"));
    folder_.Write("mesh", "");
    WriteCertificate(MakeCertificate({}));
  }

  void WriteCertificate(const Credentials& made) {
    folder_.Write("cert.pem", made.certificate);
    folder_.Write("key.pem", made.key);
  }

  ConfigFilesOptions Options() {
    ConfigFilesOptions options;
    options.inject_config = folder_.Path("config");
    options.mesh_config = folder_.Path("mesh");
    options.tls_certificate = folder_.Path("cert.pem");
    options.tls_key = folder_.Path("key.pem");
    return options;
  }

  LogOptions IntoLines() {
    LogOptions options;
    options.sink = [this](std::string_view line) { lines_.emplace_back(line); };
    return options;
  }

  testing_support::TempFolder folder_;
  std::vector<std::string> lines_;
  Logger log_{IntoLines()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
};

TEST_F(ConfigFilesTest, GoodFilesArePublished) {
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  EXPECT_FALSE(readiness_.IsReady());
  EXPECT_THAT(metrics_.Render(), HasSubstr("config_generation 0\n"));
  files.Reload();
  EXPECT_TRUE(readiness_.IsReady()) << readiness_.Describe();
  ASSERT_NE(files.injection().Get(), nullptr);
  EXPECT_EQ(files.injection().Get()->generation, 1U);
  EXPECT_NE(files.tls().Get(), nullptr);
  const std::string metrics = metrics_.Render();
  EXPECT_THAT(metrics, HasSubstr("config_generation 1\n"));
  EXPECT_THAT(metrics, HasSubstr("last_reload_successful{source=\"certificate\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("certificate_expiry_timestamp_seconds "));
}

TEST_F(ConfigFilesTest, WhatDidNotChangeIsLeftAlone) {
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  files.Reload();
  const auto injection = files.injection().Get();
  const auto tls = files.tls().Get();
  folder_.Write("config", Config("one"));
  files.Reload();
  EXPECT_EQ(files.injection().Get(), injection);
  folder_.Write("config", Config("two"));
  files.Reload();
  EXPECT_EQ(files.injection().Get()->generation, 2U);
  EXPECT_EQ(files.tls().Get(), tls);
}

TEST_F(ConfigFilesTest, ABadConfigurationKeepsTheLastGoodOneAndSaysSo) {
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  files.Reload();
  const auto good = files.injection().Get();
  folder_.Write("config", "policy: enabled\ntemplate: '{{ if }}'\n");
  files.Reload();
  files.Reload();  // The same bad file is reported once.
  EXPECT_EQ(files.injection().Get(), good);
  EXPECT_TRUE(readiness_.IsReady());
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok: the last reload failed: injection"));
  EXPECT_THAT(lines_, Contains(HasSubstr("the last good one stays in use")).Times(1));
  EXPECT_THAT(metrics_.Render(), HasSubstr("last_reload_successful{source=\"config\"} 0\n"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("{source=\"config\",outcome=\"failure\"} 1\n"));

  folder_.Write("config", Config("two"));
  files.Reload();
  EXPECT_EQ(files.injection().Get()->generation, 2U);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok\n"));
}

TEST_F(ConfigFilesTest, AKeyThatDoesNotBelongIsNeverUsed) {
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  files.Reload();
  const auto good = files.tls().Get();
  const Credentials renewed = MakeCertificate({});
  folder_.Write("cert.pem", renewed.certificate);
  files.Reload();
  EXPECT_EQ(files.tls().Get(), good);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("private key does not belong"));
  folder_.Write("key.pem", renewed.key);
  files.Reload();
  EXPECT_NE(files.tls().Get(), good);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]certificate ok\n"));
}

TEST_F(ConfigFilesTest, WithoutFilesItIsNotReadyAndNamesThem) {
  std::filesystem::remove(folder_.Path("cert.pem"));
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  files.Reload();
  EXPECT_FALSE(readiness_.IsReady());
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("[-]certificate failed: open " + folder_.Path("cert.pem") +
                        ": no such file or directory\n"));
  EXPECT_EQ(files.tls().Get(), nullptr);
}

TEST_F(ConfigFilesTest, ACertificateThatExpiredIsUsedButRemarkedOn) {
  CertificateRequest request;
  request.not_before_seconds = -7200;
  request.not_after_seconds = -3600;
  WriteCertificate(MakeCertificate(request));
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  files.Reload();
  EXPECT_NE(files.tls().Get(), nullptr);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]certificate ok: expired"));
}

TEST_F(ConfigFilesTest, AnEmptyClientAuthorityLetsNobodyInByMistake) {
  folder_.Write("ca.pem", "");
  auto options = Options();
  options.client_ca = folder_.Path("ca.pem");
  ConfigFiles files(options, log_, metrics_, readiness_);
  files.Reload();
  EXPECT_EQ(files.tls().Get(), nullptr);
  EXPECT_THAT(files.files(), Contains(folder_.Path("ca.pem")));
}

TEST_F(ConfigFilesTest, TheDescriptionNamesGenerationsAndNoSecrets) {
  ConfigFiles files(Options(), log_, metrics_, readiness_);
  EXPECT_EQ(files.Describe(), "{}\n");
  files.Reload();
  const std::string text = files.Describe();
  EXPECT_THAT(text, HasSubstr("\"generation\": 1"));
  EXPECT_THAT(text, HasSubstr("CN=injector"));
  EXPECT_THAT(text, Not(HasSubstr("istio-proxy")));
  EXPECT_THAT(text, Not(HasSubstr("PRIVATE")));
}

}  // namespace
}  // namespace sidecar::webhook
