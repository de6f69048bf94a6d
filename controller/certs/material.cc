#include "controller/certs/material.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/value.h"
#include "lib/pki/pem.h"

namespace sidecar::controller {

namespace {

using std::chrono::system_clock;

std::string Find(const std::map<std::string, std::string>& values, const char* key) {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : found->second;
}

void Put(std::map<std::string, std::string>& values, const char* key, const std::string& value) {
  if (value.empty()) {
    values.erase(key);
  } else {
    values[key] = value;
  }
}

pki::WallTime ReadTime(const std::string& text) {
  gotemplate::funcs::Time time;
  try {
    time = gotemplate::funcs::ParseTime(gotemplate::funcs::kRfc3339, text);
  } catch (const gotemplate::FunctionError&) {
    return {};
  }
  // Beyond these years, a clock of nanoseconds would overflow.
  constexpr std::int64_t kYear2200 = 7258118400;
  if (time.unix_seconds < 0 || time.unix_seconds > kYear2200) return {};
  return system_clock::from_time_t(time.unix_seconds);
}

std::string WriteTime(pki::WallTime time) {
  const gotemplate::funcs::Time moment = {.unix_seconds = system_clock::to_time_t(time)};
  return gotemplate::funcs::Format(moment, gotemplate::funcs::kRfc3339);
}

const char* Phase(const Material& material) {
  if (!material.next_authority.certificate.empty()) return "publishing";
  return material.previous_authorities.empty() ? "stable" : "retiring";
}

// A Secret holds at most 1 MiB, and an authority's certificate takes less than a KiB or, of other
// makes, a few: what is beyond is a mistake that should not cost time.
constexpr std::size_t kMostBundleBytes = 256U << 10U;

std::vector<pki::X509Ptr> Readable(std::string_view pem) {
  if (pem.empty() || pem.size() > kMostBundleBytes) return {};
  auto certificates = pki::ReadCertificates(pem);
  return certificates.has_value() ? *std::move(certificates) : std::vector<pki::X509Ptr>();
}

void ExamineAuthority(const Material& material, MaterialState& state) {
  if (material.authority.certificate.empty()) {
    state.authority.problem = "ca.crt is missing";
    return;
  }
  auto certificates = pki::ReadCertificates(material.authority.certificate);
  if (!certificates.has_value()) {
    state.authority.problem = "ca.crt: " + certificates.error().message;
  } else if (certificates->size() > 1) {
    state.authority.problem = "ca.crt: more than one certificate";
  } else if (auto facts = pki::Describe(*certificates->front()); !facts.is_ca) {
    state.authority.problem = "ca.crt: the certificate is none of an authority";
  } else {
    state.authority.facts = std::move(facts);
  }
  if (!state.authority.facts.has_value()) return;
  if (material.authority.key.empty()) {
    state.key_problem = "ca.key is missing";
  } else if (const auto whole =
                 pki::ReadAuthority(material.authority.certificate, material.authority.key);
             !whole.has_value()) {
    state.key_problem = "ca.key: " + whole.error().message;
  }
}

MaterialPart ExamineLeaf(const Material& material, const MaterialState& state) {
  if (material.leaf.certificate.empty()) return {{}, "tls.crt is missing"};
  if (material.leaf.key.empty()) return {{}, "tls.key is missing"};
  auto pair = pki::ReadKeyPair(material.leaf.certificate, material.leaf.key);
  if (!pair.has_value()) return {{}, "tls.crt, tls.key: " + pair.error().message};
  if (!pair->warnings.empty()) return {{}, "tls.crt: " + pair->warnings.front()};
  if (state.authority.facts.has_value()) {
    const auto authority = pki::ReadCertificates(material.authority.certificate);
    if (!pki::IsSignedBy(*pair->chain.front(), *authority->front())) {
      return {{}, "tls.crt: not signed by the authority of ca.crt"};
    }
  }
  return {std::move(pair->leaf), {}};
}

MaterialPart ExamineNext(const Material& material) {
  const pki::CredentialsPem& next = material.next_authority;
  if (next.certificate.empty() && next.key.empty()) return {};
  auto authority = pki::ReadAuthority(next.certificate, next.key);
  if (!authority.has_value()) return {{}, "next-ca.crt, next-ca.key: " + authority.error().message};
  return {std::move(authority->facts), {}};
}

void ExaminePrevious(const Material& material, MaterialState& state) {
  const std::string& text = material.previous_authorities;
  if (text.empty()) return;
  if (text.size() > kMostBundleBytes) {
    state.previous_problem = "previous-ca.crt: larger than 256 KiB";
    return;
  }
  const auto certificates = pki::ReadCertificates(text);
  if (!certificates.has_value()) {
    state.previous_problem = "previous-ca.crt: " + certificates.error().message;
    return;
  }
  state.previous_count = certificates->size();
  // One at a time is added while there is room, and as many are adopted at once.
  if (state.previous_count > 2 * kMostPreviousAuthorities) {
    state.previous_problem = "previous-ca.crt: more than 8 certificates";
  }
}

}  // namespace

bool Material::operator==(const Material& other) const {
  const auto fields = [](const Material& m) {
    return std::tie(m.authority.certificate, m.authority.key, m.leaf.certificate, m.leaf.key,
                    m.next_authority.certificate, m.next_authority.key, m.previous_authorities,
                    m.previous_until, m.request);
  };
  return fields(*this) == fields(other);
}

Material FromSecret(const SecretContent& content) {
  Material material;
  material.authority = {Find(content.data, "ca.crt"), Find(content.data, "ca.key")};
  material.leaf = {Find(content.data, "tls.crt"), Find(content.data, "tls.key")};
  material.next_authority = {Find(content.data, "next-ca.crt"), Find(content.data, "next-ca.key")};
  material.previous_authorities = Find(content.data, "previous-ca.crt");
  material.previous_until = ReadTime(Find(content.annotations, kPreviousUntilAnnotation));
  const std::string request = Find(content.annotations, kRotateAnnotation);
  if (!request.empty()) material.request = request == "leaf" ? "leaf" : "ca";
  return material;
}

void ToSecret(const Material& material, SecretContent& content) {
  Put(content.data, "ca.crt", material.authority.certificate);
  Put(content.data, "ca.key", material.authority.key);
  Put(content.data, "tls.crt", material.leaf.certificate);
  Put(content.data, "tls.key", material.leaf.key);
  Put(content.data, "next-ca.crt", material.next_authority.certificate);
  Put(content.data, "next-ca.key", material.next_authority.key);
  Put(content.data, "previous-ca.crt", material.previous_authorities);
  Put(content.annotations, kPreviousUntilAnnotation,
      material.previous_authorities.empty() ? std::string() : WriteTime(material.previous_until));
  Put(content.annotations, kRotateAnnotation, material.request);
  Put(content.annotations, kPhaseAnnotation, Phase(material));
}

std::vector<std::string> MaterialState::Problems() const {
  std::vector<std::string> all;
  for (const std::string* problem :
       {&authority.problem, &key_problem, &leaf.problem, &next.problem, &previous_problem}) {
    if (!problem->empty()) all.push_back(*problem);
  }
  return all;
}

bool MaterialState::IsBundleComplete() const {
  return authority.facts.has_value() && leaf.facts.has_value() && next.problem.empty() &&
         previous_problem.empty();
}

MaterialState Examine(const Material& material) {
  MaterialState state;
  ExamineAuthority(material, state);
  state.leaf = ExamineLeaf(material, state);
  state.next = ExamineNext(material);
  ExaminePrevious(material, state);
  return state;
}

std::string CaBundle(const Material& material) {
  std::string bundle;
  std::set<std::string> seen;
  for (const std::string* part :
       {&material.authority.certificate, &material.next_authority.certificate,
        &material.previous_authorities}) {
    for (const pki::X509Ptr& certificate : Readable(*part)) {
      if (!seen.insert(pki::Fingerprint(*certificate)).second) continue;
      if (const auto text = pki::ToPem(*certificate); text.has_value()) bundle += *text;
    }
  }
  return bundle;
}

bool BundleContains(std::string_view bundle, std::string_view wanted) {
  std::set<std::string> held;
  for (const pki::X509Ptr& each : Readable(bundle)) held.insert(pki::Fingerprint(*each));
  const std::vector<pki::X509Ptr> all = Readable(wanted);
  return std::all_of(all.begin(), all.end(), [&](const pki::X509Ptr& each) {
    return held.contains(pki::Fingerprint(*each));
  });
}

}  // namespace sidecar::controller
