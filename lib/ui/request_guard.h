#pragma once

#include <optional>
#include <string>
#include <string_view>

// Who may look at the pages of a port that asks nobody for a password, and is reached under
// whatever name it is forwarded to: whoever sits at a browser, but not the other sites that are
// open in it.

namespace sidecar::ui {

// Headers of a request; empty where they are absent, as with a client that is no browser.
struct RequestOrigin {
  std::string_view host;
  std::string_view origin;
  std::string_view fetch_site;  // Sec-Fetch-Site.
};

// Why a request is turned away, for a person; nothing where it is not.
//
// - The host must be an address, a name without dots, or one of a zone that nobody can register
//   (localhost, local, svc, internal). Any other could be a site that had its name resolved to this
//   machine in order to read from it ("DNS rebinding").
// - A form (`is_form`) must come from these pages: by Sec-Fetch-Site, or by Origin where the
// browser
//   does not send that. Nothing can be changed here, but work can be caused.
//
// Pure.
std::optional<std::string> WhyRefused(const RequestOrigin& request, bool is_form);

}  // namespace sidecar::ui
