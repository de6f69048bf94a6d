#include "cli/output_file.h"

#include <cstdlib>
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
  const std::string large(OutputFile::kMemoryBytes, 'x');
  for (const std::string_view text : {"first", large.c_str(), large.c_str(), "last"}) {
    ASSERT_TRUE(file->Write(text).has_value());
    // Neither the file nor, however the program ends, anything else that would stay.
    EXPECT_EQ(FilesInRoot(), 0);
  }
  ASSERT_TRUE(file->Commit().has_value());
  EXPECT_EQ(Read(path_), "first" + large + large + "last");
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

TEST_F(OutputFileTest, StandardOutputIsWrittenByCommitAlone) {
  const std::string large(2 * OutputFile::kMemoryBytes, 'x');
  testing::internal::CaptureStdout();
  {
    Result<OutputFile> dropped = OutputFile::Create("");
    ASSERT_TRUE(dropped->Write(large).has_value());
    ASSERT_TRUE(dropped->Write("more").has_value());
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  testing::internal::CaptureStdout();
  Result<OutputFile> file = OutputFile::Create("");
  ASSERT_TRUE(file->Write(large).has_value());
  ASSERT_TRUE(file->Write("more").has_value());
  ASSERT_TRUE(file->Commit().has_value());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), large + "more");
}

TEST_F(OutputFileTest, ATemporaryFileThatCannotBeMadeIsAClearError) {
  const char* const folder = std::getenv("TMPDIR");
  const std::string before = folder == nullptr ? "" : folder;
  setenv("TMPDIR", (root_ / "no").c_str(), 1);
  Result<OutputFile> file = OutputFile::Create("");
  if (folder == nullptr) {
    unsetenv("TMPDIR");
  } else {
    setenv("TMPDIR", before.c_str(), 1);
  }
  EXPECT_TRUE(file->Write("little needs none").has_value());
  EXPECT_EQ(
      file->Write(std::string(OutputFile::kMemoryBytes, 'x')).error().message,
      "create a temporary file in " + (root_ / "no").string() + ": no such file or directory");
}

TEST_F(OutputFileTest, APlaceThatCannotBeWrittenIsAnError) {
  EXPECT_THAT(OutputFile::Create((root_ / "no" / "out").string()).error().message,
              testing::HasSubstr("no such file or directory"));
  EXPECT_THAT(OutputFile::Create(root_.string()).error().message,
              testing::HasSubstr("is a directory"));
}

}  // namespace
}  // namespace sidecar::cli
