#include "cli/text_diff.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/output_file.h"
#include "cli/table.h"
#include "lib/base/arena.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

namespace sidecar::cli {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;

// A folder that is gone when the command ends.
class ScratchFolder {
 public:
  static Result<ScratchFolder> Make() {
    std::error_code error;
    std::string path = std::filesystem::temp_directory_path(error) / "sidecar-injector.XXXXXX";
    if (error || mkdtemp(path.data()) == nullptr) {
      return Error{ErrorCode::kUnavailable, "cannot make a folder for temporary files"};
    }
    return ScratchFolder(std::move(path));
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  std::string operator/(const char* name) const { return path_ + '/' + name; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Result<void> WriteTo(const std::string& path, std::string_view text) {
  ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  if (Result<void> written = file.Write(text); !written.has_value()) return written;
  return file.Commit();
}

// Runs diff over both files; its exit code is that of the command.
Result<int> RunDiff(const std::string& before, const std::string& after) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  const char* const chosen = std::getenv("SIDECAR_INJECTOR_DIFF");
  std::string program = chosen == nullptr || *chosen == '\0' ? "diff" : chosen;
  std::vector<std::string> words = {program};
  if (program == "diff") {
    const char* const colour = WantsColour() ? "--color=always" : "--color=never";
    words.insert(words.end(), {"-u", colour, "--label", "before", "--label", "after"});
  }
  words.insert(words.end(), {before, after});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = -1;
  int status = 0;
  if (posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0 ||
      waitpid(child, &status, 0) != child) {
    return Error{ErrorCode::kUnavailable, "cannot run the program \"" + program + '"'};
  }
  // Whoever read it has seen enough, as with any program in a pipe.
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE) return kDifferent;
  if (!WIFEXITED(status)) {
    return Error{ErrorCode::kUnavailable, "the program \"" + program + "\" was ended by signal " +
                                              std::to_string(WTERMSIG(status))};
  }
  return WEXITSTATUS(status);
}

}  // namespace

Result<int> ShowTextDiff(std::string_view before, std::string_view after) {
  if (before == after) return kSame;
  ASSIGN_OR_RETURN(const ScratchFolder folder, ScratchFolder::Make());
  const std::string old_file = folder / "before.yaml";
  const std::string new_file = folder / "after.yaml";
  if (Result<void> written = WriteTo(old_file, before); !written.has_value()) {
    return std::move(written).error();
  }
  if (Result<void> written = WriteTo(new_file, after); !written.has_value()) {
    return std::move(written).error();
  }
  ASSIGN_OR_RETURN(const int code, RunDiff(old_file, new_file));
  return code == kSame ? kDifferent : code;
}

void AppendYaml(std::string_view document, std::string& out) {
  Arena arena;
  const Result<yaml::Node> root = yaml::ParseYaml(document, arena);
  if (root.has_value() && !root->IsNull()) {
    yaml::WriteYaml(*root, out);
  } else {
    out.append(document);
  }
  out.append("---\n");
}

}  // namespace sidecar::cli
