#include "lib/pki/openssl_error.h"

#include <openssl/err.h>

namespace sidecar::pki {

std::string TakeOpensslError(std::string_view otherwise) {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? std::string(otherwise) : reason;
}

Error OpensslFailed(std::string_view what) {
  return {ErrorCode::kInternal, std::string(what) + ": " + TakeOpensslError("failed")};
}

}  // namespace sidecar::pki
