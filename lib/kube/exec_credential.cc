#include "lib/kube/exec_credential.h"

#include <charconv>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"

namespace sidecar::kube {

namespace {

// Takes `digits` digits off the front.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  int number = 0;
  if (text.size() < digits || text.front() == '-') return std::nullopt;
  const char* const wanted = text.data() + digits;
  const auto [end, error] = std::from_chars(text.data(), wanted, number);
  if (error != std::errc() || end != wanted) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

// Takes one of `expected` off the front.
bool TakeOne(std::string_view& text, std::string_view expected) {
  if (text.empty() || expected.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// "Z" or "+01:30", the whole rest.
std::optional<std::chrono::minutes> TakeOffset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  if (text.size() != 6) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!TakeOne(text, "+-")) return std::nullopt;
  const auto hours = TakeNumber(text, 2);
  if (!hours.has_value() || !TakeOne(text, ":")) return std::nullopt;
  const auto minutes = TakeNumber(text, 2);
  if (!minutes.has_value() || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

std::optional<std::chrono::seconds> TakeClock(std::string_view& text) {
  const auto hours = TakeNumber(text, 2);
  if (!hours.has_value() || !TakeOne(text, ":")) return std::nullopt;
  const auto minutes = TakeNumber(text, 2);
  if (!minutes.has_value() || !TakeOne(text, ":")) return std::nullopt;
  const auto seconds = TakeNumber(text, 2);
  if (!seconds.has_value() || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  if (TakeOne(text, ".")) {
    while (TakeOne(text, "0123456789")) {
    }
  }
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

// A member that may be absent or null; an Error if it is no string.
Result<std::string> StringAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_string()) {
    return Error{ErrorCode::kInvalidArgument, std::string("status.") + key + ": must be a string"};
  }
  return found->get<std::string>();
}

Error Unusable(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<ExecCredential> ReadStatus(const Json& status) {
  ExecCredential credential;
  ASSIGN_OR_RETURN(credential.token, StringAt(status, "token"));
  ASSIGN_OR_RETURN(credential.certificate_pem, StringAt(status, "clientCertificateData"));
  ASSIGN_OR_RETURN(credential.key_pem, StringAt(status, "clientKeyData"));
  ASSIGN_OR_RETURN(const std::string expires, StringAt(status, "expirationTimestamp"));
  if (!expires.empty()) {
    credential.expires = ParseRfc3339(expires);
    if (!credential.expires.has_value()) {
      return Unusable("status.expirationTimestamp: \"" + expires + "\" is no time");
    }
  }
  if (credential.token.empty() && credential.certificate_pem.empty() &&
      credential.key_pem.empty()) {
    return Unusable("neither a token nor a client certificate");
  }
  if (credential.certificate_pem.empty() != credential.key_pem.empty()) {
    return Unusable("a client certificate and its key must come together");
  }
  return credential;
}

}  // namespace

std::optional<WallTime> ParseRfc3339(std::string_view text) {
  const auto year = TakeNumber(text, 4);
  if (!year.has_value() || !TakeOne(text, "-")) return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month.has_value() || !TakeOne(text, "-")) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day.has_value() || !TakeOne(text, "Tt")) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  const auto clock = TakeClock(text);
  if (!clock.has_value()) return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset.has_value()) return std::nullopt;
  return std::chrono::sys_days(date) + *clock - *offset;
}

std::string ExecInfo(const ExecPlugin& plugin, bool interactive) {
  Json info = {{"apiVersion", plugin.api_version},
               {"kind", "ExecCredential"},
               {"spec", {{"interactive", interactive}}}};
  if (!plugin.cluster_json.empty()) {
    info["spec"]["cluster"] = Json::parse(plugin.cluster_json, nullptr, false);
  }
  return info.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ExecCredential> ParseExecCredential(std::string_view text, const ExecPlugin& plugin) {
  // The parser's own message quotes the text.
  if (!Json::accept(text)) return Unusable("the output is not JSON");
  ASSIGN_OR_RETURN(const Json object, ParseJson(text, "the output"));
  if (!object.is_object() || object.value("kind", Json()) != "ExecCredential") {
    return Unusable("the output is no ExecCredential");
  }
  if (object.value("apiVersion", Json()) != plugin.api_version) {
    return Unusable("the output's apiVersion is not " + plugin.api_version +
                    ", which the kubeconfig asks for");
  }
  const auto status = object.find("status");
  if (status == object.end() || !status->is_object()) {
    return Unusable("the output has no status");
  }
  return ReadStatus(*status);
}

}  // namespace sidecar::kube
