#include "cli/command_line.h"

#include <array>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(CommandLineTest, TellsItsVersion) {
  EXPECT_THAT(RunProgram({"version"}).output, StartsWith("sidecar-injector "));
  EXPECT_EQ(RunProgram({"--version"}).exit_code, 0);
}

TEST(CommandLineTest, HelpShowsFlagsAndExamples) {
  const Finished help = RunProgram({"kube-inject", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("-f,--filename"));
  EXPECT_THAT(help.output, HasSubstr("Examples:"));
  EXPECT_THAT(RunProgram({}).output, HasSubstr("kube-inject"));
  EXPECT_THAT(RunProgram({"webhook", "--help"}).output, HasSubstr("--injectConfig"));
}

TEST(CommandLineTest, TheHelpsPartsAreOneEmptyLineApart) {
  const std::string help = RunProgram({"kube-inject", "--help"}).output;
  EXPECT_THAT(help, Not(HasSubstr("\n\n\n")));
  EXPECT_THAT(help, HasSubstr("\n\nUsage: "));
  EXPECT_THAT(help, HasSubstr("\n\nExamples:\n"));
}

TEST(CommandLineTest, HelpThatNobodyCouldReadIsAFailure) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  const int saved = dup(STDOUT_FILENO);
  for (const char* const flag : {"--help", "--version"}) {
    const std::array<const char*, 2> argv = {"sidecar-injector", flag};
    dup2(full, STDOUT_FILENO);
    EXPECT_EQ(Main(2, argv.data()), 1) << flag;
    dup2(saved, STDOUT_FILENO);
  }
  close(saved);
  close(full);
}

TEST(CommandLineTest, MisuseIsAUsageErrorWithAHint) {
  const Finished flag = RunProgram({"kube-inject", "--filenme", "x"});
  EXPECT_EQ(flag.exit_code, 2);
  EXPECT_THAT(flag.errors,
              StartsWith("Error: unknown flag: --filenme (did you mean --filename?)\n"));
  EXPECT_EQ(flag.output, "");
  const Finished word = RunProgram({"kube-inject", "a.yaml"});
  EXPECT_EQ(word.exit_code, 2);
  EXPECT_THAT(word.errors, HasSubstr("input files are given with -f"));
  const Finished command = RunProgram({"kube-injct"});
  EXPECT_EQ(command.exit_code, 2);
  EXPECT_THAT(command.errors, HasSubstr("unknown command \"kube-injct\""));
  EXPECT_THAT(RunProgram({"statsu"}).errors,
              StartsWith("Error: unknown command \"statsu\" for \"sidecar-injector\" (did you mean "
                         "status?)\n"));
  const Finished value = RunProgram({"kube-inject", "-f"});
  EXPECT_EQ(value.exit_code, 2);
  EXPECT_THAT(value.errors, StartsWith("Error: flag needs an argument: --filename\n"));
}

TEST(CommandLineTest, SuggestsTheFlagThatWasBegun) {
  EXPECT_THAT(RunProgram({"kube-inject", "--file", "x"}).errors,
              StartsWith("Error: unknown flag: --file (did you mean --filename?)\n"));
}

TEST(CommandLineTest, WrongValuesAreUsageErrors) {
  const Finished run = RunProgram({"kube-inject", "-f", "-", "--sidecarProxyUID", "-1"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.errors,
              StartsWith("Error: invalid argument \"-1\" for \"--sidecarProxyUID\" flag: "
                         "strconv.ParseUint: parsing \"-1\": invalid syntax\n"));
  EXPECT_EQ(RunProgram({"kube-inject", "-f", "-", "--coreDump=maybe"}).exit_code, 2);
}

TEST(CommandLineTest, WrongValuesAreToldInOneWay) {
  const auto error_of = [](const std::vector<std::string>& arguments) {
    const Finished run = RunProgram(arguments);
    EXPECT_EQ(run.exit_code, 2);
    return run.errors.substr(0, run.errors.find('\n'));
  };
  EXPECT_EQ(
      error_of({"version", "-o", "xml"}),
      "Error: invalid argument \"xml\" for \"--output\" flag: must be one of text, json, yaml");
  EXPECT_EQ(error_of({"config", "x"}),
            "Error: invalid argument \"x\" for \"what\": must be defaults");
  EXPECT_EQ(error_of({"restart", "--timeout", "10m"}),
            "Error: invalid argument \"10m\" for \"--timeout\" flag: strconv.ParseUint: parsing "
            "\"10m\": invalid syntax");
  EXPECT_EQ(error_of({"doctor", "--dial-timeout", "x"}),
            "Error: invalid argument \"x\" for \"--dial-timeout\" flag: strconv.ParseUint: parsing "
            "\"x\": invalid syntax");
  EXPECT_EQ(error_of({"selftest", "--timeout", "5"}),
            "Error: invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration "
            "\"5\"");
}

TEST(CommandLineTest, WhatIsMissingIsNamedUnlessItWasMistyped) {
  EXPECT_THAT(RunProgram({"lint"}).errors, StartsWith("Error: missing argument: file\n"));
  EXPECT_THAT(RunProgram({"render"}).errors, StartsWith("Error: --filename is required\n"));
  EXPECT_THAT(RunProgram({"render", "--filenam=x"}).errors,
              StartsWith("Error: unknown flag: --filenam (did you mean --filename?)\n"));
}

TEST(CommandLineTest, TheLastOfAFlagsValuesCounts) {
  const Finished run = RunProgram({"webhook", "--drainDelay=1s", "--drainDelay=soon"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.errors, StartsWith("Error: invalid argument \"soon\" for \"--drainDelay\""));
}

TEST(CommandLineTest, RootFlagsMayStandBeforeTheSubcommand) {
  const Finished run =
      RunProgram({"-n", "foo", "--log_as_json", "kube-inject", "-f", "-"}, "kind: Service\n");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.output, HasSubstr("kind: Service"));
}

TEST(CommandLineTest, NoFlagBeforeTheCommandIsDropped) {
  const Finished known = RunProgram({"--kubeconfig", "/no/such/file", "status"});
  EXPECT_THAT(known.errors, HasSubstr("/no/such/file"));
  const Finished unknown = RunProgram({"--kubeconfig", "F", "crds"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("unknown flag: --kubeconfig"));
  const Finished typo = RunProgram({"--kubeconfig", "F", "statsu"});
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_THAT(typo.errors, HasSubstr("unknown command \"statsu\" for \"sidecar-injector\""));
}

TEST(CommandLineTest, HelpIsACommandToo) {
  const Finished topic = RunProgram({"help", "kube-inject"});
  EXPECT_EQ(topic.exit_code, 0);
  EXPECT_EQ(topic.output, RunProgram({"kube-inject", "--help"}).output);
  EXPECT_THAT(topic.output, HasSubstr("Usage: sidecar-injector kube-inject"));
  EXPECT_EQ(RunProgram({"help"}).output, RunProgram({"--help"}).output);
  const Finished unknown = RunProgram({"help", "me"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("unknown command \"me\""));
}

TEST(CommandLineTest, CompletionsOfferValues) {
  const std::string script = RunProgram({"completion", "bash"}).output;
  EXPECT_THAT(script, HasSubstr("-W '0.5 0.5.1 0.6 0.7 0.8 1.0'"));
  EXPECT_THAT(script, HasSubstr("-W 'Always IfNotPresent Never'"));
  EXPECT_THAT(script, HasSubstr("completion) words='bash zsh fish "));
}

TEST(CommandLineTest, MakesItsManualAndCompletions) {
  EXPECT_THAT(RunProgram({"man"}).output, HasSubstr("kube\\-inject"));
  EXPECT_THAT(RunProgram({"completion", "bash"}).output, HasSubstr("--filename"));
  EXPECT_EQ(RunProgram({"completion", "tcsh"}).exit_code, 2);
}

TEST(CommandLineTest, APluginOfKubectlIsCalledByItsName) {
  const auto output_of = [](std::vector<const char*> argv) {
    testing::internal::CaptureStdout();
    Main(static_cast<int>(argv.size()), argv.data());
    return testing::internal::GetCapturedStdout();
  };
  const std::string help = output_of({"/usr/bin/kubectl-sidecar", "status", "--help"});
  EXPECT_THAT(help, HasSubstr("Usage: kubectl sidecar status"));
  EXPECT_THAT(help, HasSubstr("  kubectl sidecar status -A\n"));
  EXPECT_THAT(help, HasSubstr("| kubectl sidecar status -f -"));
  testing::internal::CaptureStderr();
  EXPECT_EQ(output_of({"kubectl-sidecar", "status", "--what"}), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("Run 'kubectl sidecar status --help' for usage."));
  testing::internal::CaptureStderr();
  EXPECT_EQ(output_of({"kubectl-sidecar", "statsu"}), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("unknown command \"statsu\" for \"kubectl sidecar\""));
  // What is written down names the program.
  EXPECT_EQ(output_of({"kubectl-sidecar", "man"}), RunProgram({"man"}).output);
}

TEST(CommandLineTest, KubectlIsToldHowWordsGoOn) {
  const char* const argv[] = {"/usr/bin/kubectl_complete-sidecar", "status", "-o", "wi"};
  testing::internal::CaptureStdout();
  EXPECT_EQ(Main(4, argv), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "wide\n:4\n");
}

TEST(CommandLineTest, ParsesWithinTheProcessToo) {
  const char* const argv[] = {"sidecar-injector", "completion", "tcsh"};
  EXPECT_EQ(Main(3, argv), 2);
}

}  // namespace
}  // namespace sidecar::cli
