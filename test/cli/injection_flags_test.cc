#include "cli/injection_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

TEST(InjectionFlagsTest, WithoutFilesTheBuiltInTemplateIsUsed) {
  for (const std::string release : {"0.5", "0.8", "1.0"}) {
    InjectionFlags flags;
    flags.compat_name = release;
    const Result<Injection> injection = ReadInjection(flags);
    ASSERT_TRUE(injection.has_value());
    EXPECT_TRUE(CompileConfig(*injection, flags).has_value());
    EXPECT_TRUE(ParseMesh(*injection, flags).has_value());
  }
}

TEST(InjectionFlagsTest, ErrorsNameTheFile) {
  const Folder folder;
  InjectionFlags flags;
  CLI::App command;
  AddInjectionFlags(command, flags);
  const std::string file = folder / "x.yaml";
  WriteFile(file, "a: [");
  command.parse("--injectConfigFile " + file + " --meshConfigFile " + file);
  const Result<Injection> injection = ReadInjection(flags);
  EXPECT_EQ(CompileConfig(*injection, flags).error().message.find(file), 0U);
  EXPECT_EQ(ParseMesh(*injection, flags).error().message.find(file), 0U);
  flags.mesh_config_file = folder / "none";
  EXPECT_FALSE(ReadInjection(flags).has_value());
}

TEST(InjectionFlagsTest, AnUnknownReleaseIsAUsageError) {
  InjectionFlags flags;
  flags.compat_name = "7";
  EXPECT_EQ(CompatOf(flags).error().message.find("invalid argument \"7\" for \"--compat\""), 0U);
}

}  // namespace
}  // namespace sidecar::cli
