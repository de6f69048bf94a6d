#include "webhook/config_files.h"

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/sha256.h"
#include "lib/http/tls_context.h"
#include "lib/pki/certificate.h"

namespace sidecar::webhook {

namespace {

using observe::MetricRegistry;
using std::chrono::system_clock;

// Far above any template; a mounted ConfigMap has at most 1 MiB.
constexpr std::size_t kMostFileBytes = 16U << 20U;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Errors in Go's words: "open x: no such file or directory".
Result<std::string> ReadFile(const std::string& path) {
  const auto failed = [&](const char* operation) {
    std::string reason = std::generic_category().message(errno);
    if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') {
      reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
    }
    return Error{ErrorCode::kUnavailable, std::string(operation) + ' ' + path + ": " + reason};
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

double Seconds(system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

std::string Digest(const std::vector<std::string>& texts) {
  std::string hashes;
  for (const std::string& text : texts) hashes += Sha256Hex(text);
  return Sha256Hex(hashes);
}

std::string Days(system_clock::duration time) {
  constexpr auto kDay = std::chrono::hours(24);
  return std::to_string(time / kDay) + " days";
}

}  // namespace

ConfigFiles::ConfigFiles(ConfigFilesOptions options, Logger& log, MetricRegistry& metrics,
                         observe::Readiness& readiness)
    : options_(std::move(options)), log_(log), metrics_(metrics), readiness_(readiness) {
  config_source_.name = "config";
  certificate_source_.name = "certificate";
  for (Source* source : {&config_source_, &certificate_source_}) {
    readiness_.Set(source->name, false, "not loaded yet");
    DeclareMetrics(*source);
  }
  metrics.AddReading(MetricRegistry::Kind::kGauge, "sidecar_injector_config_generation",
                     "Injection configurations that were put to use since the start.", [this] {
                       const auto snapshot = injection_.Get();
                       return snapshot == nullptr ? 0 : static_cast<double>(snapshot->generation);
                     });
  metrics.AddReading(MetricRegistry::Kind::kGauge,
                     "sidecar_injector_certificate_expiry_timestamp_seconds",
                     "When the serving certificate in use expires.", [this] {
                       const std::lock_guard lock(mutex_);
                       return certificate_.generation == 0 ? NAN : Seconds(certificate_.not_after);
                     });
}

ConfigFiles::~ConfigFiles() = default;

void ConfigFiles::DeclareMetrics(Source& source) {
  const auto labelled = [&](const char* outcome) {
    return observe::Labels{{"source", source.name}, {"outcome", outcome}};
  };
  const observe::Labels label = {{"source", source.name}};
  constexpr const char* kReloads = "sidecar_injector_config_reloads_total";
  constexpr const char* kReloadsHelp = "Changed files that were read, by source and outcome.";
  source.succeeded = &metrics_.AddCounter(kReloads, kReloadsHelp, labelled("success"));
  source.failed = &metrics_.AddCounter(kReloads, kReloadsHelp, labelled("failure"));
  source.last_successful =
      &metrics_.AddGauge("sidecar_injector_config_last_reload_successful",
                         "1 if what the files say is in use, 0 if they are bad.", label);
  source.last_success_time =
      &metrics_.AddGauge("sidecar_injector_config_last_reload_success_timestamp_seconds",
                         "When files were last put to use.", label);
}

void ConfigFiles::Reload() {
  ReloadSource(config_source_, {options_.inject_config, options_.mesh_config},
               &ConfigFiles::PublishInjection);
  std::vector<std::string> paths = {options_.tls_certificate, options_.tls_key};
  if (!options_.client_ca.empty()) paths.push_back(options_.client_ca);
  ReloadSource(certificate_source_, paths, &ConfigFiles::PublishCertificate);
}

void ConfigFiles::ReloadSource(Source& source, const std::vector<std::string>& paths,
                               Publisher publish) {
  Texts texts;
  for (const std::string& path : paths) {
    auto text = ReadFile(path);
    if (!text.has_value()) {
      if (std::exchange(source.last_seen, text.error().message) != text.error().message) {
        Failed(source, text.error());
      }
      return;
    }
    texts.push_back(*std::move(text));
  }
  std::string digest = Digest(texts);
  if (digest == source.last_seen) return;
  source.last_seen = std::move(digest);
  const Result<std::string> published = (this->*publish)(texts);
  if (published.has_value()) {
    Succeeded(source, *published);
  } else {
    Failed(source, published.error());
  }
}

void ConfigFiles::Succeeded(Source& source, const std::string& remark) {
  source.usable = true;
  source.succeeded->Increment();
  source.last_successful->Set(1);
  source.last_success_time->Set(Seconds(system_clock::now()));
  readiness_.Set(source.name, true, remark);
}

void ConfigFiles::Failed(Source& source, const Error& error) {
  source.failed->Increment();
  source.last_successful->Set(0);
  log_.Error(source.usable ? "files are bad, the last good ones stay in use" : "files are bad",
             {{"source", source.name}, {"error", error.message}});
  readiness_.Set(source.name, source.usable,
                 source.usable ? "the last reload failed: " + error.message : error.message);
}

Result<std::string> ConfigFiles::PublishInjection(const Texts& texts) {
  ASSIGN_OR_RETURN(auto snapshot,
                   MakeInjectionSnapshot({texts[0], texts[1]}, options_.compat, generation_ + 1));
  ++generation_;
  for (const std::string& warning : snapshot->warnings) {
    log_.Warning("injection configuration", {{"warning", warning}});
  }
  std::string remark;
  if (const auto sample = TrySampleInjection(*snapshot); !sample.has_value()) {
    remark = "a sample pod cannot be injected: " + sample.error().message;
    log_.Warning("a sample pod cannot be injected", {{"error", sample.error().message}});
  }
  log_.Info("injection configuration in use", {{"generation", snapshot->generation},
                                               {"template", snapshot->renderer->config().version()},
                                               {"mesh", snapshot->mesh_hash}});
  injection_.Publish(std::move(snapshot));
  return remark;
}

Result<std::string> ConfigFiles::PublishCertificate(const Texts& texts) {
  ASSIGN_OR_RETURN(const pki::KeyPair pair, pki::ReadKeyPair(texts[0], texts[1]));
  ClientCheck clients;
  if (texts.size() > 2) clients = {texts[2], options_.allowed_clients};
  if (texts.size() > 2 && texts[2].empty()) {
    return Error{ErrorCode::kInvalidArgument, options_.client_ca + ": empty"};
  }
  ASSIGN_OR_RETURN(auto context, MakeServerTlsContext(pair, clients));
  if (auto proven = TryHandshake(*context); !proven.has_value()) return std::move(proven).error();

  const auto left = pair.leaf.not_after - system_clock::now();
  std::string remark;
  if (left < left.zero()) {
    remark = "expired " + Days(-left) + " ago";
    log_.Error("the certificate has expired", {{"subject", pair.leaf.subject}});
  }
  for (const std::string& warning : pair.warnings) {
    log_.Warning("certificate", {{"warning", warning}, {"subject", pair.leaf.subject}});
    if (remark.empty()) remark = warning;
  }
  log_.Info(
      "certificate in use",
      {{"subject", pair.leaf.subject}, {"serial", pair.leaf.serial}, {"expires_in", Days(left)}});
  {
    const std::lock_guard lock(mutex_);
    certificate_ = {certificate_.generation + 1, pair.leaf.subject,
                    pki::Fingerprint(*pair.chain.front()), pair.leaf.not_after};
  }
  tls_.Publish(std::move(context));
  return remark;
}

std::vector<std::string> ConfigFiles::files() const {
  std::vector<std::string> all = {options_.inject_config, options_.mesh_config,
                                  options_.tls_certificate, options_.tls_key};
  if (!options_.client_ca.empty()) all.push_back(options_.client_ca);
  return all;
}

std::string ConfigFiles::Describe() const {
  nlohmann::json json = nlohmann::json::object();
  if (const auto snapshot = injection_.Get(); snapshot != nullptr) {
    json["injection"] = {{"generation", snapshot->generation},
                         {"configSha256", snapshot->config_hash},
                         {"meshSha256", snapshot->mesh_hash},
                         {"templateSha256", snapshot->renderer->config().version()},
                         {"compat", std::string(inject::ToString(options_.compat))},
                         {"warnings", snapshot->warnings}};
  }
  const std::lock_guard lock(mutex_);
  if (certificate_.generation > 0) {
    json["certificate"] = {{"generation", certificate_.generation},
                           {"subject", certificate_.subject},
                           {"sha256", certificate_.fingerprint},
                           {"notAfterUnix", system_clock::to_time_t(certificate_.not_after)}};
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace sidecar::webhook
