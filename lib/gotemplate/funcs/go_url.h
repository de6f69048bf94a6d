#pragma once

#include <optional>
#include <string>
#include <string_view>

// Go's net/url, as far as sprig needs it. Pure.
namespace sidecar::gotemplate::funcs {

struct UserInfo {
  std::string name;
  std::optional<std::string> password;

  std::string ToString() const;
};

struct Url {
  std::string scheme;
  std::string opaque;
  std::optional<UserInfo> user;
  std::string host;  // With the port.
  std::string path;
  std::string raw_path;  // If it is not what escaping `path` gives.
  bool force_query = false;
  std::string raw_query;
  std::string fragment;
  std::string raw_fragment;

  std::string Hostname() const;  // Without port and brackets.
  std::string ToString() const;
};

// url.Parse. Throws FunctionError with Go's text: `parse "://x": missing protocol scheme`.
Url ParseUrl(std::string_view text);

}  // namespace sidecar::gotemplate::funcs
