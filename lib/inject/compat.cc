#include "lib/inject/compat.h"

#include <algorithm>
#include <array>

namespace sidecar::inject {
namespace {

struct Release {
  std::string_view name;
  Compat compat;
};
constexpr std::array<Release, 6> kReleases = {{{"0.5.0", Compat::k0_5_0},
                                               {"0.5.1", Compat::k0_5_1},
                                               {"0.6", Compat::k0_6},
                                               {"0.7", Compat::k0_7},
                                               {"0.8", Compat::k0_8},
                                               {"1.0", Compat::k1_0}}};

// Whether `text` is `release` or `release` with a patch level.
bool IsReleaseOrPatchOf(std::string_view text, std::string_view release) {
  if (!text.starts_with(release)) return false;
  text.remove_prefix(release.size());
  if (text.empty()) return true;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() > 1 && text[0] == '.' && std::all_of(text.begin() + 1, text.end(), is_digit);
}

}  // namespace

std::optional<Compat> ParseCompat(std::string_view text) {
  if (text == "0.5") return Compat::k0_5_0;
  for (const Release& release : kReleases) {
    const bool exact_only = release.compat <= Compat::k0_5_1;
    if (exact_only ? text == release.name : IsReleaseOrPatchOf(text, release.name)) {
      return release.compat;
    }
  }
  return std::nullopt;
}

std::string_view ToString(Compat compat) {
  const auto* const it = std::find_if(kReleases.begin(), kReleases.end(),
                                      [&](const Release& r) { return r.compat == compat; });
  return it == kReleases.end() ? "unknown" : it->name;
}

std::pair<std::string_view, std::string_view> TemplateDelimiters(Compat compat) {
  if (compat >= Compat::k0_8) return {"[[", "]]"};
  return {"{{", "}}"};
}

kubetypes::MeshRelease MeshReleaseOf(Compat compat) {
  switch (compat) {
    case Compat::k0_5_0: return kubetypes::MeshRelease::k0_5_0;
    case Compat::k0_5_1: return kubetypes::MeshRelease::k0_5_1;
    case Compat::k0_6: return kubetypes::MeshRelease::k0_6;
    case Compat::k0_7: return kubetypes::MeshRelease::k0_7;
    case Compat::k0_8: return kubetypes::MeshRelease::k0_8;
    default: return kubetypes::MeshRelease::k1_0;
  }
}

std::string_view DefaultDiscoveryAddress(Compat compat) {
  return compat >= Compat::k0_7 ? "istio-pilot:15007" : "istio-pilot:15003";
}

}  // namespace sidecar::inject
