#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sidecar::cli {

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void WriteFile(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// A folder of its own for a test, removed with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "cli_test.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::size_t size() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

struct Finished {
  int exit_code = -1;
  std::string output;
  std::string errors;
};

// Runs the program as a user does, `input` on its standard input.
inline Finished RunProgram(const std::vector<std::string>& arguments, std::string_view input = "") {
  const Folder folder;
  WriteFile(folder / "in", input);
  const std::string in = folder / "in";
  const std::string out = folder / "out";
  const std::string err = folder / "err";
  std::vector<std::string> words = {SIDECAR_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  constexpr int kCannotRun = 127;
  const pid_t child = fork();
  if (child == 0) {
    constexpr int kCreate = O_WRONLY | O_CREAT | O_TRUNC;
    dup2(open(in.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(out.c_str(), kCreate, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), kCreate, 0600), STDERR_FILENO);
    // No cluster but the one that a test names.
    setenv("HOME", "/nonexistent", 1);
    unsetenv("KUBECONFIG");
    unsetenv("KUBERNETES_SERVICE_HOST");
    execv(argv[0], argv.data());
    _exit(kCannotRun);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Finished finished;
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  finished.output = ReadFile(out);
  finished.errors = ReadFile(err);
  return finished;
}

}  // namespace sidecar::cli
