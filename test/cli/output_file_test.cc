#include "cli/output_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sidecar::cli {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  OutputFileTest() {
    std::string name = (fs::temp_directory_path() / "output_file_test.XXXXXX").string();
    root_ = mkdtemp(name.data());
    path_ = (root_ / "out.yaml").string();
  }
  ~OutputFileTest() override { fs::remove_all(root_); }

  static std::string Read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::ptrdiff_t FilesInRoot() const {
    return std::distance(fs::directory_iterator(root_), fs::directory_iterator());
  }

  fs::path root_;
  std::string path_;
};

TEST_F(OutputFileTest, AppearsWithCommit) {
  Result<OutputFile> file = OutputFile::Create(path_);
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE(file->Write(std::string(200'000, 'x')).has_value());
  EXPECT_FALSE(fs::exists(path_));
  ASSERT_TRUE(file->Commit().has_value());
  EXPECT_EQ(Read(path_).size(), 200'000U);
  EXPECT_EQ(FilesInRoot(), 1);
}

TEST_F(OutputFileTest, WithoutCommitNothingIsLeftAndTheOldFileStays) {
  std::ofstream(path_) << "old";
  {
    Result<OutputFile> file = OutputFile::Create(path_);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file->Write("new").has_value());
  }
  EXPECT_EQ(Read(path_), "old");
  EXPECT_EQ(FilesInRoot(), 1);
}

TEST_F(OutputFileTest, KeepsThePermissionsAndFollowsLinks) {
  std::ofstream(path_) << "old";
  ASSERT_EQ(chmod(path_.c_str(), 0640), 0);
  const fs::path link = root_ / "link.yaml";
  fs::create_symlink(path_, link);
  Result<OutputFile> file = OutputFile::Create(link.string());
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE(file->Write("new").has_value());
  ASSERT_TRUE(file->Commit().has_value());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(Read(path_), "new");
  EXPECT_EQ(fs::status(path_).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST_F(OutputFileTest, WhatIsNoRegularFileIsWrittenDirectly) {
  Result<OutputFile> file = OutputFile::Create("/dev/null");
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->Write("x").has_value());
  EXPECT_TRUE(file->Commit().has_value());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(OutputFileTest, APlaceThatCannotBeWrittenIsAnError) {
  EXPECT_THAT(OutputFile::Create((root_ / "no" / "out").string()).error().message,
              testing::HasSubstr("No such file or directory"));
  EXPECT_THAT(OutputFile::Create(root_.string()).error().message,
              testing::HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace sidecar::cli
