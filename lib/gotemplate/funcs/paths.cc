#include <string_view>

#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/groups.h"

// Go's package path. Package path/filepath, behind the names with "os", does the same on Unix.
namespace sidecar::gotemplate::funcs {
namespace {

Value View(std::string_view part) {
  return Value::String(part);
}

std::string_view WithoutTrailingSlashes(std::string_view path) {
  return path.substr(0, path.find_last_not_of('/') + 1);
}

// path.Clean: no ".", no "//", no ".." that something before it makes up for.
std::string_view CleanPath(std::string_view path, Arena& arena) {
  if (path.empty()) return ".";
  const bool rooted = path.starts_with('/');
  // The kept elements, each with its slash. "../" that stay at the front come before `fixed`.
  char* const out = arena.NewArray<char>(path.size() + 1).data();
  std::size_t size = rooted ? 1 : 0;
  if (rooted) out[0] = '/';
  std::size_t fixed = size;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view element = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (element.empty() || element == ".") continue;
    if (element == "..") {
      if (size > fixed) {
        for (--size; size > fixed && out[size] != '/'; --size) {
        }
        continue;
      }
      if (rooted) continue;
    }
    if (size > (rooted ? 1U : 0U)) out[size++] = '/';
    size += element.copy(out + size, element.size());
    if (element == "..") fixed = size;
  }
  return size == 0 ? "." : std::string_view(out, size);
}

Value Clean(const Call& call) {
  return View(CleanPath(call.Text(0), call.arena));
}

Value Dir(const Call& call) {
  const std::string_view path = call.Text(0);
  return View(CleanPath(path.substr(0, path.rfind('/') + 1), call.arena));
}

Value Base(const Call& call) {
  if (call.Text(0).empty()) return View(".");
  const std::string_view path = WithoutTrailingSlashes(call.Text(0));
  if (path.empty()) return View("/");
  return View(path.substr(path.rfind('/') + 1));
}

Value Ext(const Call& call) {
  const std::string_view path = call.Text(0);
  const std::size_t found = path.find_last_of("./");
  if (found == std::string_view::npos || path[found] == '/') return View("");
  return View(path.substr(found));
}

Value IsAbs(const Call& call) {
  return Value::Bool(call.Text(0).starts_with('/'));
}

constexpr Definition kFunctions[] = {
    {"base", "(string) string", Base},     {"clean", "(string) string", Clean},
    {"dir", "(string) string", Dir},       {"ext", "(string) string", Ext},
    {"isAbs", "(string) bool", IsAbs},     {"osBase", "(string) string", Base},
    {"osClean", "(string) string", Clean}, {"osDir", "(string) string", Dir},
    {"osExt", "(string) string", Ext},     {"osIsAbs", "(string) bool", IsAbs},
};

}  // namespace

Group PathFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
