#include "lib/kube/credentials.h"

#include <map>

#include <gtest/gtest.h>

#include "test/support/await.h"
#include "test/support/temp_folder.h"

namespace sidecar::kube {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class CredentialsTest : public testing::Test {
 protected:
  void Start(ClientConfig config) {
    CredentialSources sources;
    sources.now = [this] { return now_; };
    sources.read_file = [this](const std::string& path) -> Result<std::optional<std::string>> {
      ++reads_;
      const auto file = files_.find(path);
      if (file == files_.end()) return std::optional<std::string>();
      return std::optional<std::string>(file->second);
    };
    credentials_.emplace(std::move(config), std::move(sources));
  }
  Result<Credential> Get() {
    boost::asio::io_context io;
    return testing_support::Await(io, credentials_->Get(Clock::now() + seconds(30)));
  }
  // A plugin that counts its runs in a file.
  ClientConfig Plugin(const std::string& status) {
    folder_.Write("runs", "");
    ExecPlugin plugin;
    plugin.api_version = "client.authentication.k8s.io/v1";
    plugin.command = "sh";
    plugin.arguments = {"-c", "echo run >> " + folder_.Path("runs") +
                                  R"(; echo '{"apiVersion":"client.authentication.k8s.io/v1",)"
                                  R"("kind":"ExecCredential","status":)" +
                                  status + "}'"};
    ClientConfig config;
    config.exec = std::move(plugin);
    return config;
  }
  std::size_t runs() const {
    return ReadFileFromDisk(folder_.Path("runs"))->value().size() / std::string("run\n").size();
  }

  WallTime now_ = *ParseRfc3339("2030-01-01T00:00:00Z");
  std::map<std::string, std::string> files_;
  int reads_ = 0;
  testing_support::TempFolder folder_;
  std::optional<Credentials> credentials_;
};

TEST_F(CredentialsTest, WhatNeverChangesIsWrittenAsAHeader) {
  ClientConfig config;
  config.certificate_pem = "c";
  config.key_pem = "k";
  Start(config);
  EXPECT_EQ(Get()->authorization, "");
  EXPECT_EQ(Get()->certificate_pem, "c");
  config.token = "t\n";
  Start(config);
  EXPECT_EQ(Get()->authorization, "Bearer t");
  EXPECT_FALSE(credentials_->Renew(*Get()));
  config.token = "";
  config.username = "me";
  config.password = "pass";
  Start(config);
  EXPECT_EQ(Get()->authorization, "Basic bWU6cGFzcw==");
}

TEST_F(CredentialsTest, ATokenFileIsReadEachMinuteAndWhenItIsRefused) {
  ClientConfig config;
  config.token_file = "/token";
  files_["/token"] = "one\n";
  Start(config);
  EXPECT_EQ(Get()->authorization, "Bearer one");
  files_["/token"] = "two";
  now_ += seconds(59);
  EXPECT_EQ(Get()->authorization, "Bearer one");
  EXPECT_EQ(reads_, 1);
  now_ += seconds(1);
  EXPECT_EQ(Get()->authorization, "Bearer two");
  files_["/token"] = "three";
  EXPECT_TRUE(credentials_->Renew(*Get()));
  EXPECT_EQ(Get()->authorization, "Bearer three");
}

TEST_F(CredentialsTest, ARefusalOfAnOlderTokenChangesNothing) {
  ClientConfig config;
  config.token_file = "/token";
  files_["/token"] = "one";
  Start(config);
  const Credential old = *Get();
  files_["/token"] = "two";
  EXPECT_TRUE(credentials_->Renew(old));
  (void)Get();
  EXPECT_TRUE(credentials_->Renew(old));
  (void)Get();
  EXPECT_EQ(reads_, 2);
}

TEST_F(CredentialsTest, AClockThatGoesBackDoesNotKeepAToken) {
  ClientConfig config;
  config.token_file = "/token";
  files_["/token"] = "one";
  Start(config);
  (void)Get();
  files_["/token"] = "two";
  now_ -= minutes(60);
  EXPECT_EQ(Get()->authorization, "Bearer two");
}

TEST_F(CredentialsTest, ATokenFileThatVanishesLeavesTheLastToken) {
  ClientConfig config;
  config.token_file = "/token";
  Start(config);
  EXPECT_EQ(Get().error().message, "token file /token does not exist");
  files_["/token"] = " \n";
  EXPECT_EQ(Get().error().message, "token file /token is empty");
  files_["/token"] = "one";
  EXPECT_EQ(Get()->authorization, "Bearer one");
  files_.clear();
  now_ += minutes(5);
  EXPECT_EQ(Get()->authorization, "Bearer one");
}

TEST_F(CredentialsTest, APluginRunsAgainWhenItsTokenHasExpired) {
  Start(Plugin(R"({"token":"t","expirationTimestamp":"2030-01-01T00:10:00Z"})"));
  EXPECT_EQ(Get()->authorization, "Bearer t");
  now_ += minutes(9);
  EXPECT_EQ(Get()->authorization, "Bearer t");
  EXPECT_EQ(runs(), 1U);
  now_ += minutes(1);
  EXPECT_EQ(Get()->authorization, "Bearer t");
  EXPECT_EQ(runs(), 2U);
}

TEST_F(CredentialsTest, APluginWithoutExpiryRunsAgainWhenItsTokenIsRefused) {
  Start(Plugin(R"({"token":"t"})"));
  (void)Get();
  now_ += minutes(1000);
  EXPECT_TRUE(credentials_->Renew(*Get()));
  (void)Get();
  EXPECT_EQ(runs(), 2U);
}

TEST_F(CredentialsTest, APluginMayGiveACertificate) {
  Start(Plugin(R"({"clientCertificateData":"c","clientKeyData":"k"})"));
  EXPECT_EQ(Get()->certificate_pem, "c");
  EXPECT_EQ(Get()->key_pem, "k");
}

TEST_F(CredentialsTest, APluginThatFailsIsNamed) {
  ClientConfig config = Plugin("{}");
  Start(config);
  EXPECT_EQ(Get().error().message,
            "credential plugin sh: neither a token nor a client certificate");
  config.exec->command = "/no/such/plugin";
  config.exec->install_hint = "Get it from https://plugin.example";
  Start(config);
  EXPECT_EQ(Get().error().message,
            "credential plugin: run /no/such/plugin: No such file or directory\n"
            "Get it from https://plugin.example");
}

}  // namespace
}  // namespace sidecar::kube
