#pragma once

#include <string>
#include <string_view>

namespace sidecar::gotemplate {

// The escapers of text/template's functions, over text. Pure.

std::string HtmlEscape(std::string_view text);      // template.HTMLEscapeString, of `html`.
std::string JsEscape(std::string_view text);        // template.JSEscapeString, of `js`.
std::string UrlQueryEscape(std::string_view text);  // url.QueryEscape, of `urlquery`.

}  // namespace sidecar::gotemplate
