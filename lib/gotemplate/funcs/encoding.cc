#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/base_n.h"
#include "lib/gotemplate/funcs/groups.h"

// sprig's b64enc and its like.
namespace sidecar::gotemplate::funcs {
namespace {

// sprig hands out the error's text in place of the result.
Value TextOrError(const Call& call, std::string_view base, const Decoded& decoded) {
  if (!decoded.error_at) return Value::String(decoded.bytes);
  return Text(call, "illegal base" + std::string(base) + " data at input byte " +
                        std::to_string(*decoded.error_at));
}

Value Base64Encode(const Call& call) {
  return Value::String(EncodeBase64(call.Text(0), call.arena));
}

Value Base64Decode(const Call& call) {
  return TextOrError(call, "64", DecodeBase64(call.Text(0), call.arena));
}

Value Base32Encode(const Call& call) {
  return Value::String(EncodeBase32(call.Text(0), call.arena));
}

Value Base32Decode(const Call& call) {
  return TextOrError(call, "32", DecodeBase32(call.Text(0), call.arena));
}

constexpr Definition kFunctions[] = {
    {"b32dec", "(string) string", Base32Decode},
    {"b32enc", "(string) string", Base32Encode},
    {"b64dec", "(string) string", Base64Decode},
    {"b64enc", "(string) string", Base64Encode},
};

}  // namespace

Group EncodingFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
