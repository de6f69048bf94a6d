#include "cli/input_files.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sidecar::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class InputFilesTest : public testing::Test {
 protected:
  InputFilesTest() {
    std::string name = (fs::temp_directory_path() / "input_files_test.XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  ~InputFilesTest() override { fs::remove_all(root_); }

  std::string Write(const std::string& name, std::string_view text = "") {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }

  fs::path root_;
};

TEST_F(InputFilesTest, DirectoriesStandForTheirManifestsInOrder) {
  const std::string b = Write("b.yaml");
  const std::string a = Write("a.yml");
  const std::string c = Write("c.json");
  const std::string below = Write("below/d.yaml");
  Write("readme.txt");
  EXPECT_THAT(*ExpandInputs({root_.string()}, false), ElementsAre(a, b, c));
  EXPECT_THAT(*ExpandInputs({root_.string(), "-"}, true), ElementsAre(a, b, below, c, "-"));
}

TEST_F(InputFilesTest, HiddenDirectoriesAndTheOutputAreLeftOut) {
  const std::string a = Write("a.yaml");
  const std::string output = Write("out.yaml");
  Write(".git/b.yaml");
  EXPECT_THAT(*ExpandInputs({root_.string()}, true, output), ElementsAre(a));
  EXPECT_THAT(*ExpandInputs({output}, true, output), ElementsAre(output));
  EXPECT_THAT(*ExpandInputs({root_.string() + "/.git"}, true, "new.yaml"), testing::SizeIs(1));
}

TEST_F(InputFilesTest, FilesAreTakenWhateverTheirName) {
  const std::string file = Write("manifest.txt");
  EXPECT_THAT(*ExpandInputs({file}, false), ElementsAre(file));
}

TEST_F(InputFilesTest, WhatIsNotThereIsAnErrorInGosWords) {
  EXPECT_EQ(ExpandInputs({"/nonexistent/x.yaml"}, false).error().message,
            "open /nonexistent/x.yaml: no such file or directory");
  EXPECT_EQ(ReadWholeFile("/nonexistent/x.yaml").error().message,
            "open /nonexistent/x.yaml: no such file or directory");
}

TEST_F(InputFilesTest, ADirectoryWithoutManifestsIsAnError) {
  Write("below/d.yaml");
  EXPECT_THAT(ExpandInputs({root_.string()}, false).error().message, HasSubstr("-R also reads"));
}

TEST_F(InputFilesTest, FilesAreReadPieceByPiece) {
  Result<InputFile> file = InputFile::Open(Write("a.yaml", "0123456789"));
  ASSERT_TRUE(file.has_value());
  std::string text;
  EXPECT_TRUE(*file->Read(4, text));
  EXPECT_EQ(text, "0123");
  EXPECT_TRUE(*file->Read(100, text));
  EXPECT_EQ(text, "0123456789");
  EXPECT_FALSE(*file->Read(100, text));
}

}  // namespace
}  // namespace sidecar::cli
