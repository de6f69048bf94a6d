#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/go_url.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/work.h"

// sprig's url.go.
namespace sidecar::gotemplate::funcs {
namespace {

std::string TextOrEmpty(const Call& call, std::string_view key) {
  const MapData* const map = call.Map(0);
  const Value* const value = map == nullptr ? nullptr : map->Find(key);
  if (value == nullptr) return "";
  if (!value->IsValid()) ThrowNilDereference();
  if (value->kind() == Kind::kString) return std::string(value->AsString());
  throw FunctionError("unable to parse " + std::string(key) + " key, must be of type string, but " +
                      std::string(ToString(value->kind())) + " found");
}

Value UrlParse(const Call& call) {
  constexpr std::size_t kPrice = 4096;
  PayForWork(&call.arena, kPrice);
  Url url;
  try {
    url = ParseUrl(call.Text(0));
  } catch (const FunctionError& error) {
    throw FunctionError(std::string("unable to parse url: ") + error.what());
  }
  MapData* const map = call.arena.New<MapData>();
  const auto set = [&call, map](std::string_view key, std::string_view value) {
    map->Set(Value::String(key), Text(call, value), call.arena);
  };
  set("fragment", url.fragment);
  set("host", url.host);
  set("hostname", url.Hostname());
  set("opaque", url.opaque);
  set("path", url.path);
  set("query", url.raw_query);
  set("scheme", url.scheme);
  set("userinfo", url.user ? url.user->ToString() : "");
  return AnyMap(map);
}

Value UrlJoin(const Call& call) {
  Url url;
  url.scheme = TextOrEmpty(call, "scheme");
  url.host = TextOrEmpty(call, "host");
  url.path = TextOrEmpty(call, "path");
  url.raw_query = TextOrEmpty(call, "query");
  url.opaque = TextOrEmpty(call, "opaque");
  url.fragment = TextOrEmpty(call, "fragment");
  const std::string user = TextOrEmpty(call, "userinfo");
  if (!user.empty()) {
    try {
      url.user = ParseUrl("proto://" + user + "@host").user;
    } catch (const FunctionError& error) {
      throw FunctionError(std::string("unable to parse userinfo in dict: ") + error.what());
    }
  }
  return Text(call, url.ToString());
}

constexpr Definition kFunctions[] = {
    {"urlJoin", "(map[string]any) string", UrlJoin},
    {"urlParse", "(string) map[string]any", UrlParse},
};

}  // namespace

Group UrlFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
