// Any text parses or is refused; a parsed tree, printed, parses again to a tree that prints the
// same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/gotemplate/node_print.h"
#include "lib/gotemplate/parser.h"

namespace {

using namespace sidecar::gotemplate;  // NOLINT(google-build-using-namespace): a program of its own

// Text that looks like an action, or that trimming left beside one, prints as what it is not.
bool PrintsBack(const ListNode& list);

bool PrintsBack(const Node& node) {
  switch (node.kind) {
    case NodeKind::kText: {
      const std::string_view text = node.As<TextNode>().text;
      return text.find('{') == std::string_view::npos;
    }
    case NodeKind::kIf:
    case NodeKind::kRange:
    case NodeKind::kWith: {
      const auto& branch = node.As<BranchNode>();
      return PrintsBack(*branch.list) &&
             (branch.else_list == nullptr || PrintsBack(*branch.else_list));
    }
    default: return true;
  }
}

bool PrintsBack(const ListNode& list) {
  for (const Node* const node : list.nodes) {
    if (!PrintsBack(*node)) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto trees = Parse("fuzz", text, {});
  if (!trees.has_value()) return 0;
  for (const auto& [name, tree] : *trees) {
    const std::string printed = Print(*tree.root);
    Print(*tree.root, TextFormat::kQuoted);
    if (!PrintsBack(*tree.root)) continue;
    const auto again = Parse("fuzz", printed, {});
    if (!again.has_value() || Print(*again->at("fuzz").root) != printed) std::abort();
  }
  return 0;
}
