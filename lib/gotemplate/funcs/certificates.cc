#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/funcs/base_n.h"
#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/x509.h"

// sprig's keys and certificates (crypto.go). A certificate is a struct with Cert and Key, in PEM.
namespace sidecar::gotemplate::funcs {
namespace {

const Type* CertificateType() {
  static const Type* const certificate = [] {
    auto* const type = new Type;  // Never destroyed, as types.
    type->kind = Kind::kStruct;
    type->name = "sprig.certificate";
    type->named = true;
    type->fields = {{.name = "Cert", .type = StringType()}, {.name = "Key", .type = StringType()}};
    return type;
  }();
  return certificate;
}

Value ToValue(const Call& call, const CertificatePair& pair) {
  const std::span<Value> slots = call.arena.NewArray<Value>(2);
  slots[0] = Text(call, pair.certificate);
  slots[1] = Text(call, pair.key);
  return Value::Struct(slots.data(), CertificateType());
}

// A list of texts, or nil.
std::vector<std::string> Texts(const Call& call, const Value& list, std::string_view complaint) {
  std::vector<std::string> texts;
  for (const Value& slot : list.slots()) {
    if (slot.kind() != Kind::kString) {
      throw FunctionError("error " + std::string(complaint) + ": " +
                          std::string(PrintValue(slot, call.arena)) + " is not a string");
    }
    texts.emplace_back(slot.AsString());
  }
  return texts;
}

std::int64_t Now(const Call& call) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (!call.policy.clock) throw FunctionError("templates see no clock");
  return call.policy.clock() / kSecond;
}

CertificateRequest RequestOf(const Call& call) {
  CertificateRequest request;
  request.common_name = call.Text(0);
  request.ips = Texts(call, call[1], "parsing ip");
  request.dns_names = Texts(call, call[2], "processing alternate dns name");
  request.days = call.Int(3);
  request.now = Now(call);
  return request;
}

CertificatePair SignerOf(const Value& certificate) {
  const std::span<Value> slots = certificate.slots();
  return {std::string(slots[0].AsString()), std::string(slots[1].AsString())};
}

// The key that a template passes.
std::string_view GivenKey(const Call& call, std::size_t argument) {
  try {
    CheckPrivateKey(call.Text(argument));
  } catch (const FunctionError& error) {
    throw FunctionError(std::string("parsing private key: ") + error.what());
  }
  return call.Text(argument);
}

Value MakeCa(const Call& call, std::string_view key) {
  CertificateRequest request;
  request.common_name = call.Text(0);
  request.days = call.Int(1);
  request.now = Now(call);
  request.is_ca = true;
  return ToValue(call, MakeCertificate(request, key, {}));
}

// Of what is refused, nothing is computed first.
std::string NewRsaKey() {
  return GenerateKey(KeyType::kRsa2048);
}

Value GenCa(const Call& call) {
  return MakeCa(call, NewRsaKey());
}
Value GenCaWithKey(const Call& call) {
  return MakeCa(call, GivenKey(call, 2));
}

Value GenSelfSigned(const Call& call) {
  const CertificateRequest request = RequestOf(call);
  return ToValue(call, MakeCertificate(request, NewRsaKey(), {}));
}

Value GenSelfSignedWithKey(const Call& call) {
  const std::string_view key = GivenKey(call, 4);
  return ToValue(call, MakeCertificate(RequestOf(call), key, {}));
}

void CheckSigner(const CertificatePair& signer) {
  CheckCertificate(signer.certificate, "decodedSignerCert.Bytes");
}

Value GenSigned(const Call& call) {
  const CertificateRequest request = RequestOf(call);
  const CertificatePair signer = SignerOf(call[4]);
  CheckSigner(signer);
  return ToValue(call, MakeCertificate(request, NewRsaKey(), signer));
}

Value GenSignedWithKey(const Call& call) {
  const std::string_view key = GivenKey(call, 5);
  const CertificatePair signer = SignerOf(call[4]);
  CheckSigner(signer);
  return ToValue(call, MakeCertificate(RequestOf(call), key, signer));
}

Value BuildCustomCert(const Call& call) {
  const Decoded certificate = DecodeBase64(call.Text(0), call.arena);
  if (certificate.error_at) throw FunctionError("unable to decode base64 certificate");
  const Decoded key = DecodeBase64(call.Text(1), call.arena);
  if (key.error_at) throw FunctionError("unable to decode base64 private key");
  CheckCertificate(certificate.bytes, "decodedCert.Bytes");
  try {
    CheckPrivateKey(key.bytes);
  } catch (const FunctionError& error) {
    throw FunctionError(std::string("error parsing private key: ") + error.what());
  }
  return ToValue(call, {std::string(certificate.bytes), std::string(key.bytes)});
}

Value GenPrivateKey(const Call& call) {
  const std::string_view type = call.Text(0);
  if (type.empty() || type == "rsa") return Text(call, GenerateKey(KeyType::kRsa4096));
  if (type == "dsa") return Text(call, GenerateKey(KeyType::kDsa));
  if (type == "ecdsa") return Text(call, GenerateKey(KeyType::kEcdsa));
  if (type == "ed25519") return Text(call, GenerateKey(KeyType::kEd25519));
  return Text(call, "Unknown type " + std::string(type));
}

constexpr Definition kFunctions[] = {
    {"buildCustomCert", "(string, string) Certificate", BuildCustomCert},
    {"genCA", "(string, int) Certificate", GenCa},
    {"genCAWithKey", "(string, int, string) Certificate", GenCaWithKey},
    {"genPrivateKey", "(string) string", GenPrivateKey},
    {"genSelfSignedCert", "(string, []any, []any, int) Certificate", GenSelfSigned},
    {"genSelfSignedCertWithKey", "(string, []any, []any, int, string) Certificate",
     GenSelfSignedWithKey},
    {"genSignedCert", "(string, []any, []any, int, Certificate) Certificate", GenSigned},
    {"genSignedCertWithKey", "(string, []any, []any, int, Certificate, string) Certificate",
     GenSignedWithKey},
};

}  // namespace

Group CertificateFunctions() {
  return {kFunctions, {{"Certificate", CertificateType()}}};
}

}  // namespace sidecar::gotemplate::funcs
