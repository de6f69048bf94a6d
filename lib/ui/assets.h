#pragma once

#include <array>
#include <string_view>
#include <utility>

// What the pages are served with besides their own text. There is no script in them, and nothing
// comes from anywhere else.

namespace sidecar::ui {

std::string_view StyleSheet();  // style.css
std::string_view Icon();        // icon.svg

// For every answer, errors included. The pages may load the two files above and send their form,
// all from where they are; nobody may frame or keep them.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSecurityHeaders = {{
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

}  // namespace sidecar::ui
