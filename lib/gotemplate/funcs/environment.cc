#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/policy.h"

// sprig's env and expandenv: Go's os.Getenv and os.ExpandEnv, over what the policy shows.
namespace sidecar::gotemplate::funcs {
namespace {

std::string Lookup(const Call& call, std::string_view name) {
  return call.policy.environment ? call.policy.environment(name) : "";
}

bool IsSpecial(char byte) {
  return std::string_view("*#$@!?-0123456789").find(byte) != std::string_view::npos;
}

bool IsNameByte(char byte) {
  return byte == '_' || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z');
}

// What follows a '$': the variable's name, and how long it is with its braces.
struct Reference {
  std::string_view name;
  std::size_t size = 0;
};

// Go's os.getShellName, for a text that is not empty.
Reference ReadReference(std::string_view text) {
  if (text[0] == '{') {
    if (text.size() > 2 && IsSpecial(text[1]) && text[2] == '}') return {text.substr(1, 1), 3};
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return {{}, 1};
    return {text.substr(1, end - 1), end + 1};
  }
  if (IsSpecial(text[0])) return {text.substr(0, 1), 1};
  std::size_t size = 0;
  while (size < text.size() && IsNameByte(text[size])) ++size;
  return {text.substr(0, size), size};
}

Value Env(const Call& call) {
  return Text(call, Lookup(call, call.Text(0)));
}

Value ExpandEnv(const Call& call) {
  std::string_view rest = call.Text(0);
  ArenaText out(call.arena, rest.size());
  for (;;) {
    const std::size_t dollar = rest.find('$');
    out.Append(rest.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    rest.remove_prefix(dollar + 1);
    if (rest.empty()) {
      out.Append('$');
      break;
    }
    const Reference reference = ReadReference(rest);
    // "$" before anything else stays; bad syntax ("${}") is dropped.
    if (reference.size == 0) out.Append('$');
    if (!reference.name.empty()) out.Append(Lookup(call, reference.name));
    rest.remove_prefix(reference.size);
  }
  return Value::String(out.text());
}

constexpr Definition kFunctions[] = {
    {"env", "(string) string", Env},
    {"expandenv", "(string) string", ExpandEnv},
};

}  // namespace

Group EnvironmentFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
