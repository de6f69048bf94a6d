#include "lib/kube/child_process.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "test/support/await.h"

namespace sidecar::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Result<std::string> Execute(ChildProcess child, Deadline deadline = Clock::now() + seconds(30)) {
  boost::asio::io_context io;
  return testing_support::Await(io, RunChildProcess(std::move(child), deadline));
}

ChildProcess Shell(const std::string& script) {
  ChildProcess child;
  child.program = "sh";
  child.arguments = {"-c", script};
  return child;
}

TEST(ChildProcessTest, ReturnsWhatTheProgramWrote) {
  ChildProcess child;
  child.program = "printf";
  child.arguments = {"%s", "a b $HOME *"};
  const auto output = Execute(child);
  ASSERT_TRUE(output.has_value()) << output.error().message;
  EXPECT_EQ(*output, "a b $HOME *");
}

TEST(ChildProcessTest, AddsToTheEnvironmentAndReplaces) {
  ChildProcess child = Shell("echo $PATH-$ADDED");
  child.environment = {{"PATH", "here"}, {"ADDED", "x"}};
  EXPECT_EQ(*Execute(child), "here-x\n");
}

TEST(ChildProcessTest, InputIsEmptyAndNoDescriptorIsInherited) {
  EXPECT_EQ(*Execute(Shell("cat; ls /proc/self/fd | wc -l")), "4\n");  // 0, 1, 2 and that of ls.
}

TEST(ChildProcessTest, FailuresAreNamed) {
  EXPECT_EQ(Execute(Shell("exit 3")).error().message, "sh: exit status 3");
  EXPECT_EQ(Execute(Shell("kill -9 $$")).error().message, "sh: killed by signal 9");
  ChildProcess child;
  child.program = "/no/such/program";
  const auto output = Execute(child);
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(output.error().message, "run /no/such/program: No such file or directory");
}

TEST(ChildProcessTest, TooMuchOutputIsRefused) {
  const auto output = Execute(Shell("yes"));
  ASSERT_FALSE(output.has_value());
  EXPECT_EQ(output.error().message, "sh: too much output");
}

TEST(ChildProcessTest, IsKilledAtTheDeadlineEvenIfItsOutputIsClosed) {
  for (const char* const script : {"exec sleep 1000", "exec sleep 1000 >/dev/null"}) {
    const auto output = Execute(Shell(script), Clock::now() + milliseconds(50));
    ASSERT_FALSE(output.has_value());
    EXPECT_EQ(output.error().code, ErrorCode::kDeadlineExceeded);
  }
}

}  // namespace
}  // namespace sidecar::kube
