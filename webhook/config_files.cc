#include "webhook/config_files.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "lib/base/system_error.h"
#include "webhook/configz.h"

namespace sidecar::webhook {

namespace {

// Far above any template; a mounted ConfigMap has at most 1 MiB.
constexpr std::size_t kMostFileBytes = 16U << 20U;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Errors in Go's words: "open x: no such file or directory".
Result<std::string> ReadFile(const std::string& path) {
  const auto failed = [&](const char* operation) {
    const int number = errno;
    return Error{ErrorCode::kUnavailable,
                 std::string(operation) + ' ' + path + ": " + SystemErrorText(number)};
  };
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return failed("open");
  std::string text;
  std::array<char, 16U << 10U> chunk{};
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    text.append(chunk.data(), size);
    if (text.size() > kMostFileBytes) {
      return Error{ErrorCode::kInvalidArgument, path + ": larger than 16 MiB"};
    }
  }
  if (std::ferror(file.get()) != 0) return failed("read");
  return text;
}

// The texts of several files, or the first error.
Result<std::vector<std::string>> ReadFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> texts;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(path));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

ConfigFiles::ConfigFiles(const ConfigFilesOptions& options, Logger& log,
                         observe::MetricRegistry& metrics, observe::Readiness& readiness)
    : options_(options),
      injection_(options.compat, log, metrics, readiness),
      certificate_({!options.client_ca.empty(), options.allowed_clients}, log, metrics, readiness) {
}

void ConfigFiles::Reload() {
  auto injection = ReadFiles({options_.inject_config, options_.mesh_config});
  if (injection.has_value()) {
    injection_.Offer({std::move((*injection)[0]), std::move((*injection)[1])});
  } else {
    injection_.Unavailable(injection.error());
  }

  std::vector<std::string> paths = {options_.tls_certificate, options_.tls_key};
  if (!options_.client_ca.empty()) paths.push_back(options_.client_ca);
  auto certificate = ReadFiles(paths);
  if (!certificate.has_value()) return certificate_.Unavailable(certificate.error());
  certificate->resize(3);
  certificate_.Offer({(*certificate)[0], (*certificate)[1], (*certificate)[2]});
}

std::vector<std::string> ConfigFiles::files() const {
  std::vector<std::string> all = {options_.inject_config, options_.mesh_config,
                                  options_.tls_certificate, options_.tls_key};
  if (!options_.client_ca.empty()) all.push_back(options_.client_ca);
  return all;
}

std::string ConfigFiles::Describe() const {
  return DescribeConfiguration(injection_.published().Get().get(), certificate_.facts());
}

}  // namespace sidecar::webhook
