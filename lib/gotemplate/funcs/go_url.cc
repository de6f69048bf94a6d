#include "lib/gotemplate/funcs/go_url.h"

#include <algorithm>

#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr auto kNpos = std::string_view::npos;

// The parts of a URL, each with rules of its own for what must be escaped.
enum class Part { kPath, kUser, kHost, kZone, kFragment };

// What is wrong; ParseUrl adds the text.
struct UrlError {
  std::string message;
};

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

int HexValue(char c) {
  if (c <= '9') return c - '0';
  return (c >= 'a' ? c - 'a' : c - 'A') + 10;
}

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool Contains(std::string_view set, char c) {
  return set.find(c) != kNpos;
}

// Go's shouldEscape.
bool ShouldEscape(char c, Part part) {
  if (IsAlphanumeric(c)) return false;
  const bool in_host = part == Part::kHost || part == Part::kZone;
  if (in_host && Contains("!$&'()*+,;=:[]<>\"", c)) return false;
  if (Contains("-_.~", c)) return false;
  if (Contains("$&+,/:;=?@", c)) {
    switch (part) {
      case Part::kPath: return c == '?';
      case Part::kUser: return Contains("@/?:", c);
      case Part::kFragment: return false;
      default: break;
    }
  }
  return part != Part::kFragment || !Contains("!()*", c);
}

std::string Escape(std::string_view text, Part part) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    if (!ShouldEscape(c, part)) {
      escaped += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    escaped += '%';
    escaped += kDigits[byte >> 4U];
    escaped += kDigits[byte & 0xFU];
  }
  return escaped;
}

// A "%" and what follows it, which is to be two digits.
void CheckEscape(std::string_view text, Part part) {
  constexpr int kFirstNonAscii = 0x80;
  if (text.size() < 3 || !IsHex(text[1]) || !IsHex(text[2])) {
    throw UrlError{"invalid URL escape " + Quote(text.substr(0, 3))};
  }
  const int value = HexValue(text[1]) * 16 + HexValue(text[2]);
  const bool is_percent = text.substr(0, 3) == "%25";
  // A host may have escapes of other than ASCII only; a zone, of what is allowed in a host.
  const bool bad_in_host = part == Part::kHost && value < kFirstNonAscii && !is_percent;
  const bool bad_in_zone = part == Part::kZone && !is_percent && value != ' ' &&
                           ShouldEscape(static_cast<char>(value), Part::kHost);
  if (bad_in_host || bad_in_zone) {
    throw UrlError{"invalid URL escape " + Quote(text.substr(0, 3))};
  }
}

// Go's unescape.
std::string Unescape(std::string_view text, Part part) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      CheckEscape(text.substr(i), part);
      plain += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
      continue;
    }
    const bool in_host = part == Part::kHost || part == Part::kZone;
    if (in_host && static_cast<unsigned char>(c) < 0x80 && ShouldEscape(c, part)) {
      throw UrlError{"invalid character " + Quote(text.substr(i, 1)) + " in host name"};
    }
    plain += c;
  }
  return plain;
}

// Go's getScheme: the scheme and the rest.
std::pair<std::string_view, std::string_view> SplitScheme(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) continue;
    if (IsAlphanumeric(c) || Contains("+-.", c)) {
      if (i == 0) return {{}, text};
      continue;
    }
    if (c != ':') return {{}, text};
    if (i == 0) throw UrlError{"missing protocol scheme"};
    return {text.substr(0, i), text.substr(i + 1)};
  }
  return {{}, text};
}

// "" or ":80".
bool IsOptionalPort(std::string_view port) {
  if (port.empty()) return true;
  if (port[0] != ':') return false;
  return port.find_first_not_of("0123456789", 1) == kNpos;
}

std::string ParseHost(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t bracket = host.rfind(']');
    if (bracket == kNpos) throw UrlError{"missing ']' in host"};
    const std::string_view port = host.substr(bracket + 1);
    if (!IsOptionalPort(port)) {
      throw UrlError{"invalid port " + Quote(port) + " after host"};
    }
    // A zone identifier, which may hold more than a host.
    const std::size_t zone = host.substr(0, bracket).find("%25");
    if (zone != kNpos) {
      return Unescape(host.substr(0, zone), Part::kHost) +
             Unescape(host.substr(zone, bracket - zone), Part::kZone) +
             Unescape(host.substr(bracket), Part::kHost);
    }
  } else if (const std::size_t colon = host.rfind(':'); colon != kNpos) {
    const std::string_view port = host.substr(colon);
    if (!IsOptionalPort(port)) {
      throw UrlError{"invalid port " + Quote(port) + " after host"};
    }
  }
  return Unescape(host, Part::kHost);
}

bool IsUserInfo(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c) || Contains("-._:~!$&'()*+,;=%@", c); });
}

void ParseAuthority(std::string_view authority, Url& url) {
  const std::size_t at = authority.rfind('@');
  url.host = ParseHost(at == kNpos ? authority : authority.substr(at + 1));
  if (at == kNpos) return;
  const std::string_view info = authority.substr(0, at);
  if (!IsUserInfo(info)) throw UrlError{"net/url: invalid userinfo"};
  const std::size_t colon = info.find(':');
  UserInfo user;
  user.name = Unescape(info.substr(0, colon), Part::kUser);
  if (colon != kNpos) user.password = Unescape(info.substr(colon + 1), Part::kUser);
  url.user = std::move(user);
}

// Go's validEncoded: may stay as it was given.
bool IsValidEncoded(std::string_view text, Part part) {
  return std::all_of(text.begin(), text.end(), [part](char c) {
    return Contains("!$&'()*+,;=:@[]%", c) || !ShouldEscape(c, part);
  });
}

// Sets a part and its raw form, which is empty if escaping gives it.
void SetEscaped(std::string_view text, Part part, std::string& plain, std::string& raw) {
  plain = Unescape(text, part);
  raw = Escape(plain, part) == text ? "" : std::string(text);
}

std::string Escaped(const std::string& plain, const std::string& raw, Part part) {
  if (!raw.empty() && IsValidEncoded(raw, part)) {
    try {
      if (Unescape(raw, part) == plain) return raw;
    } catch (const UrlError&) {
      return Escape(plain, part);
    }
  }
  return part == Part::kPath && plain == "*" ? "*" : Escape(plain, part);
}

// Go's parse, without the fragment.
Url ParseParts(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
  });
  if (has_control) throw UrlError{"net/url: invalid control character in URL"};
  Url url;
  if (text == "*") {
    url.path = "*";
    return url;
  }
  auto [scheme, rest] = SplitScheme(text);
  for (const char c : scheme) url.scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (rest.ends_with('?') && std::count(rest.begin(), rest.end(), '?') == 1) {
    url.force_query = true;
    rest.remove_suffix(1);
  } else if (const std::size_t question = rest.find('?'); question != kNpos) {
    url.raw_query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return url;
    }
    if (rest.substr(0, rest.find('/')).find(':') != kNpos) {
      throw UrlError{"first path segment in URL cannot contain colon"};
    }
  }
  const bool has_authority =
      rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"));
  if (has_authority) {
    const std::size_t slash = rest.find('/', 2);
    ParseAuthority(rest.substr(2, slash == kNpos ? kNpos : slash - 2), url);
    rest = slash == kNpos ? std::string_view() : rest.substr(slash);
  }
  SetEscaped(rest, Part::kPath, url.path, url.raw_path);
  return url;
}

}  // namespace

std::string UserInfo::ToString() const {
  if (name.empty() && !password) return "";
  std::string text = Escape(name, Part::kUser);
  if (password) text += ":" + Escape(*password, Part::kUser);
  return text;
}

std::string Url::Hostname() const {
  const std::size_t colon = host.rfind(':');
  std::string name = host;
  if (colon != std::string::npos && IsOptionalPort(std::string_view(host).substr(colon))) {
    name.erase(colon);
  }
  if (name.size() > 1 && name.front() == '[' && name.back() == ']') {
    return name.substr(1, name.size() - 2);
  }
  return name;
}

std::string Url::ToString() const {
  std::string text;
  if (!scheme.empty()) text += scheme + ":";
  if (!opaque.empty()) {
    text += opaque;
  } else {
    if (!scheme.empty() || !host.empty() || user) {
      if (!host.empty() || !path.empty() || user) text += "//";
      if (user) text += user->ToString() + "@";
      text += Escape(host, Part::kHost);
    }
    const std::string escaped = Escaped(path, raw_path, Part::kPath);
    if (!escaped.empty() && escaped[0] != '/' && !host.empty()) text += '/';
    // A first segment with a colon would be taken for a scheme.
    if (text.empty() && escaped.substr(0, escaped.find('/')).find(':') != std::string::npos) {
      text += "./";
    }
    text += escaped;
  }
  if (force_query || !raw_query.empty()) text += "?" + raw_query;
  if (!fragment.empty()) text += "#" + Escaped(fragment, raw_fragment, Part::kFragment);
  return text;
}

Url ParseUrl(std::string_view text) {
  const std::size_t hash = text.find('#');
  const std::string_view without_fragment = text.substr(0, hash);
  try {
    Url url = ParseParts(without_fragment);
    if (hash == kNpos || hash + 1 == text.size()) return url;
    try {
      SetEscaped(text.substr(hash + 1), Part::kFragment, url.fragment, url.raw_fragment);
    } catch (const UrlError& error) {
      throw FunctionError("parse " + Quote(text) + ": " + error.message);
    }
    return url;
  } catch (const UrlError& error) {
    throw FunctionError("parse " + Quote(without_fragment) + ": " + error.message);
  }
}

}  // namespace sidecar::gotemplate::funcs
