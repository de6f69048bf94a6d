#pragma once

#include <string>
#include <string_view>

// The part of `patch-ca-bundle` that needs neither cluster nor files. Pure.

namespace sidecar::cli {

struct PatchedText {
  std::string text;
  std::size_t replaced = 0;
};

// Replaces ${CA_BUNDLE} and $CA_BUNDLE, as envsubst does; no other variable.
PatchedText ReplaceCaBundle(std::string_view text, std::string_view base64);

}  // namespace sidecar::cli
