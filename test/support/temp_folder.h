#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sidecar::testing_support {

// A folder of its own for the test that runs, gone with it.
class TempFolder {
 public:
  TempFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ =
        std::filesystem::path(testing::TempDir()) / (std::string(test->test_suite_name()) + '_' +
                                                     test->name() + '_' + std::to_string(getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string Path(std::string_view name) const { return (path_ / name).string(); }

  // Replaces the file in one step, as an editor does.
  void Write(std::string_view name, std::string_view text) const {
    const std::string aside = Path(std::string(name) + ".new");
    std::ofstream(aside) << text;
    std::filesystem::rename(aside, Path(name));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace sidecar::testing_support
