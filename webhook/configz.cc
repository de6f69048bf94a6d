#include "webhook/configz.h"

#include <nlohmann/json.hpp>

namespace sidecar::webhook {

std::string DescribeConfiguration(const InjectionSnapshot* snapshot,
                                  const ServingCertificate::Facts& certificate) {
  nlohmann::json json = nlohmann::json::object();
  if (snapshot != nullptr) {
    const inject::Config& config = snapshot->renderer->config();
    json["injection"] = {{"generation", snapshot->generation},
                         {"configSha256", snapshot->config_hash},
                         {"meshSha256", snapshot->mesh_hash},
                         {"templateSha256", config.version()},
                         {"compat", std::string(inject::ToString(config.compat()))},
                         {"warnings", snapshot->warnings}};
  }
  if (certificate.generation > 0) {
    json["certificate"] = {
        {"generation", certificate.generation},
        {"subject", certificate.subject},
        {"sha256", certificate.fingerprint},
        {"notAfterUnix", std::chrono::system_clock::to_time_t(certificate.not_after)}};
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace sidecar::webhook
