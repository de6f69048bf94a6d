#include "lib/gotemplate/funcs/policy.h"

#include <algorithm>
#include <array>

namespace sidecar::gotemplate {
namespace {

struct Need {
  std::string_view function;
  bool clock = false;
  bool randomness = false;
  bool network = false;
};

constexpr std::array kNeeds = {
    Need{"ago", true},
    Need{"bcrypt", false, true},
    Need{"derivePassword", false, true},  // Not random, but made to be slow.
    Need{"encryptAES", false, true},
    Need{"genCA", true, true},
    Need{"genCAWithKey", true, true},
    Need{"genPrivateKey", false, true},
    Need{"genSelfSignedCert", true, true},
    Need{"genSelfSignedCertWithKey", true, true},
    Need{"genSignedCert", true, true},
    Need{"genSignedCertWithKey", true, true},
    Need{"getHostByName", false, false, true},
    Need{"htpasswd", false, true},
    Need{"now", true},
    Need{"randAlpha", false, true},
    Need{"randAlphaNum", false, true},
    Need{"randAscii", false, true},
    Need{"randBytes", false, true},
    Need{"randInt", false, true},
    Need{"randNumeric", false, true},
    Need{"shuffle", false, true},
    Need{"uuidv4", false, true},
};

}  // namespace

std::string_view RefusalOf(std::string_view function, const Policy& policy) {
  const auto* const need = std::find_if(kNeeds.begin(), kNeeds.end(), [function](const Need& one) {
    return one.function == function;
  });
  if (need == kNeeds.end()) return "";
  if (need->network) return "templates reach no network";
  if (need->randomness && !policy.randomness) return "templates make no keys and nothing random";
  if (need->clock && !policy.clock) return "templates see no clock";
  return "";
}

}  // namespace sidecar::gotemplate
