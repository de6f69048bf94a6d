#include "cli/commands/webhook.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit_codes.h"
#include "test/support/certificates.h"
#include "test/support/https_client.h"
#include "test/support/temp_folder.h"

namespace sidecar::cli {
namespace {

using testing_support::HttpsClient;
using testing_support::TempFolder;

boost::asio::awaitable<HttpResponse> Hello(const HttpRequest& /*request*/) {
  HttpResponse response;
  response.body = "hello";
  co_return response;
}

// `webhook` in a process of its own, with a handler that says hello.
class WebhookProcess {
 public:
  explicit WebhookProcess(const std::string& drain_delay) {
    folder_.Write("config", "policy: enabled\ntemplate: 'containers: []'\n");
    folder_.Write("mesh", "");
    const auto made = testing_support::MakeCertificate({});
    folder_.Write("cert.pem", made.certificate);
    folder_.Write("key.pem", made.key);
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDERR_FILENO);
      _exit(Run(drain_delay));
    }
    close(ends[1]);
    log_ = fdopen(ends[0], "r");
  }
  ~WebhookProcess() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    std::fclose(log_);
  }

  // The first line of the log that contains `text`; empty if the log ends before.
  std::string WaitFor(const std::string& text) {
    char line[4096];
    while (std::fgets(line, sizeof(line), log_) != nullptr) {
      if (std::string(line).find(text) != std::string::npos) return line;
    }
    return {};
  }

  void Signal(int signal) const { kill(process_, signal); }

  int ExitCode() {
    int status = 0;
    waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  int Run(const std::string& drain_delay) {
    WebhookOptions options;
    options.drain_delay = drain_delay;
    options.files.inject_config = folder_.Path("config");
    options.files.mesh_config = folder_.Path("mesh");
    options.files.tls_certificate = folder_.Path("cert.pem");
    options.files.tls_key = folder_.Path("key.pem");
    options.service.https.address = "127.0.0.1";
    options.port = "0";
    options.admin_port = "0";
    options.log_as_json = "false";
    return RunWebhook(options, [](const HandlerParts&) { return &Hello; });
  }

  TempFolder folder_;
  pid_t process_ = -1;
  std::FILE* log_ = nullptr;
};

TEST(WebhookCommandTest, ServesUntilSigtermAndEndsWell) {
  WebhookProcess webhook("1ms");
  const std::string serving = webhook.WaitFor(" serving port=");
  ASSERT_NE(serving, "");
  const auto port = std::stoul(serving.substr(serving.find("port=") + 5));
  HttpsClient client;
  ASSERT_TRUE(client.Connect(static_cast<std::uint16_t>(port)));
  const auto reply = client.Post("/inject", "{}");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "hello");
  webhook.Signal(SIGTERM);
  EXPECT_EQ(webhook.ExitCode(), kExitOk);
}

TEST(WebhookCommandTest, ASecondSigtermEndsAtOnce) {
  WebhookProcess webhook("1h");
  ASSERT_NE(webhook.WaitFor(" serving port="), "");
  webhook.Signal(SIGTERM);
  ASSERT_NE(webhook.WaitFor("stopping"), "");
  webhook.Signal(SIGTERM);
  EXPECT_EQ(webhook.ExitCode(), 1);
}

TEST(WebhookCommandTest, WrongFlagsAreUsageErrors) {
  WebhookOptions options;
  options.on_error = "maybe";
  EXPECT_EQ(RunWebhook(options, [](const HandlerParts&) { return &Hello; }), kExitUsage);
}

TEST(ProbeCommandTest, ExitCodesTellTheAgeOfTheFile) {
  const TempFolder folder;
  ProbeOptions options{folder.Path("health"), "1m"};
  EXPECT_EQ(RunProbe(options), 1);
  folder.Write("health", "ok");
  EXPECT_EQ(RunProbe(options), kExitOk);
  options.interval = "soon";
  EXPECT_EQ(RunProbe(options), kExitUsage);
}

}  // namespace
}  // namespace sidecar::cli
