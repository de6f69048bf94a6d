#include "webhook/file_watch.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/base/task_group.h"

namespace sidecar::webhook {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

// Counts calls, and lets a test wait for the next.
class Calls {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool Reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest()
      : folder_(fs::path(testing::TempDir()) /
                (std::string("watch_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name() + '_' +
                 std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    options_.quiet = std::chrono::milliseconds(1);
  }
  ~FileWatchTest() override {
    tasks_.Stop();
    asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
    pool_.join();
    fs::remove_all(folder_);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }

  void Watch(const std::vector<std::string>& names) {
    for (const std::string& name : names) options_.files.push_back((folder_ / name).string());
    tasks_.Spawn("watch", tasks_.NewStrand(), [options = options_, calls = &calls_] {
      return WatchFiles(options, [calls] { calls->Add(); });
    });
    ASSERT_TRUE(calls_.Reaches(1));
  }

  const fs::path folder_;
  FileWatchOptions options_;
  Calls calls_;
  asio::thread_pool pool_{1};
  TaskGroup tasks_{pool_.get_executor()};
};

TEST_F(FileWatchTest, AWrittenFileIsNoticed) {
  Write("config", "a");
  Watch({"config"});
  Write("config", "bb");
  EXPECT_TRUE(calls_.Reaches(2));
}

TEST_F(FileWatchTest, AnEditorsRenameIsNoticed) {
  Write("config", "a");
  Watch({"config"});
  Write("config.tmp", "b");
  fs::rename(folder_ / "config.tmp", folder_ / "config");
  EXPECT_TRUE(calls_.Reaches(2));
}

TEST_F(FileWatchTest, ASwappedLinkOfAMountedConfigMapIsNoticed) {
  fs::create_directory(folder_ / "..v1");
  fs::create_directory(folder_ / "..v2");
  Write("..v1/config", "a");
  Write("..v2/config", "b");
  fs::create_directory_symlink("..v1", folder_ / "..data");
  fs::create_symlink("..data/config", folder_ / "config");
  Watch({"config"});
  fs::create_directory_symlink("..v2", folder_ / "..data_tmp");
  fs::rename(folder_ / "..data_tmp", folder_ / "..data");
  EXPECT_TRUE(calls_.Reaches(2));
}

TEST_F(FileWatchTest, AFileMayVanishAndComeBack) {
  Write("config", "a");
  Watch({"config"});
  fs::remove(folder_ / "config");
  EXPECT_TRUE(calls_.Reaches(2));
  Write("config", "b");
  EXPECT_TRUE(calls_.Reaches(3));
}

TEST_F(FileWatchTest, OtherFilesOfTheFolderDoNotMatter) {
  Write("config", "a");
  Watch({"config"});
  for (int i = 0; i < 20; ++i) Write("log", std::to_string(i));
  Write("config", "bb");
  ASSERT_TRUE(calls_.Reaches(2));
  EXPECT_LE(calls_.count(), 3);  // The new file may be seen empty, then written.
}

TEST_F(FileWatchTest, PollingFindsWhatEventsDoNotTell) {
  options_.poll = std::chrono::milliseconds(5);
  fs::create_directory(folder_ / "elsewhere");
  Write("elsewhere/config", "a");
  fs::create_symlink("elsewhere/config", folder_ / "config");
  Watch({"config"});
  // Happens in a folder that is not watched.
  Write("elsewhere/config", "bb");
  EXPECT_TRUE(calls_.Reaches(2));
}

TEST_F(FileWatchTest, AFolderThatIsReplacedIsWatchedAgain) {
  options_.poll = std::chrono::milliseconds(5);
  fs::create_directory(folder_ / "sub");
  Write("sub/config", "a");
  Watch({"sub/config"});
  fs::remove_all(folder_ / "sub");
  EXPECT_TRUE(calls_.Reaches(2));
  fs::create_directory(folder_ / "sub");
  Write("sub/config", "b");
  EXPECT_TRUE(calls_.Reaches(3));
}

}  // namespace
}  // namespace sidecar::webhook
