#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "cli/document_files.h"
#include "cli/exit_codes.h"
#include "cli/injection_source.h"
#include "cli/input_files.h"
#include "cli/input_flags.h"
#include "cli/output_file.h"
#include "cli/print.h"
#include "lib/base/arena.h"
#include "lib/inject/document.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

// `diff`: what would an injection change?

namespace sidecar::cli {
namespace {

constexpr const char* kHelp =
    R"(Shows what kube-inject would change in manifests, as a unified diff.

Both sides are written the same way, so that only what the injection adds is shown. Needs the
program diff, or another that SIDECAR_INJECTOR_DIFF names and that takes its arguments.

The exit code is 0 if nothing would change, 1 if something would, and 2 if an input cannot be read
or the command line is wrong.)";

constexpr const char* kExamples = R"(Examples:
  sidecar-injector diff -f app.yaml

  # What a new template would change for what is injected already.
  sidecar-injector diff -f injected.yaml --injectConfigFile inject.yaml)";

constexpr int kExitSame = 0;
constexpr int kExitDifferent = 1;
constexpr int kExitTrouble = 2;

struct Options {
  std::vector<std::string> filenames;
  bool recursive = false;
  InjectionSourceFlags injection;
};

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

struct Sides {
  std::string before;
  std::string after;
};

// The document as the injector would write it if it changed nothing.
void AppendAsWritten(std::string_view document, std::string& out) {
  Arena arena;
  const Result<yaml::Node> root = yaml::ParseYaml(document, arena);
  if (root.has_value() && !root->IsNull()) {
    yaml::WriteYaml(*root, out);
  } else {
    out.append(document);
  }
  out.append("---\n");
}

Result<Sides> MakeSides(const Options& options) {
  ASSIGN_OR_RETURN(const Injection injection, ReadInjection(options.injection));
  ASSIGN_OR_RETURN(auto mesh, ParseMesh(injection));
  ASSIGN_OR_RETURN(auto config, CompileConfig(injection));
  ASSIGN_OR_RETURN(const std::vector<std::string> files,
                   ExpandInputs(options.filenames, options.recursive));
  inject::DocumentInjector injector(std::move(config), std::move(mesh), {});
  Sides sides;
  for (const std::string& file : files) {
    Result<void> done = ForEachDocument(file, [&](const yaml::Document& document) -> Result<void> {
      std::string injected;
      inject::DocumentError failure;
      if (!injector.Inject(document.text, injected, failure).has_value()) {
        return std::move(failure.error)
            .Annotate(ShownFile(file) + ':' + std::to_string(document.line) +
                      (failure.object.empty() ? "" : " " + failure.object));
      }
      AppendAsWritten(document.text, sides.before);
      AppendAsWritten(injected.substr(0, injected.size() - std::string_view("---\n").size()),
                      sides.after);
      return {};
    });
    if (!done.has_value()) return std::move(done).error();
  }
  return sides;
}

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
    words.insert(words.end(), {"-u", "--color=auto", "--label", "before", "--label", "after"});
  }
  words.insert(words.end(), {before, after});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = -1;
  int status = 0;
  if (posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0 ||
      waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
    return Error{ErrorCode::kUnavailable, "cannot run the program \"" + program + '"'};
  }
  return WEXITSTATUS(status);
}

Result<int> ShowDiff(const Options& options) {
  ASSIGN_OR_RETURN(const Sides sides, MakeSides(options));
  if (sides.before == sides.after) return kExitSame;
  ASSIGN_OR_RETURN(const ScratchFolder folder, ScratchFolder::Make());
  const std::string before = folder / "before.yaml";
  const std::string after = folder / "after.yaml";
  if (Result<void> written = WriteTo(before, sides.before); !written.has_value()) {
    return std::move(written).error();
  }
  if (Result<void> written = WriteTo(after, sides.after); !written.has_value()) {
    return std::move(written).error();
  }
  ASSIGN_OR_RETURN(const int code, RunDiff(before, after));
  return code == kExitSame ? kExitDifferent : code;
}

int Run(const Options& options) {
  const auto compat = ReadCompat(options.injection.compat);
  if (!compat.has_value() || options.filenames.empty()) {
    PrintError(compat.has_value() ? "filename not specified (see --filename or -f)"
                                  : compat.error().message);
    return kExitUsage;
  }
  const Result<int> code = ShowDiff(options);
  if (code.has_value()) return *code;
  PrintError(code.error().message);
  return kExitTrouble;
}

}  // namespace

void AddDiffCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("diff", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddInputFlags(command, options->filenames, options->recursive);
  AddInjectionFileFlags(command, options->injection);
}

}  // namespace sidecar::cli
