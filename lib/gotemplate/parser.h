#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/gotemplate/node.h"

namespace sidecar::gotemplate {

struct ParserOptions {
  // Empty ones mean "{{" and "}}".
  std::string_view left_delimiter;
  std::string_view right_delimiter;
  // Which names are functions. Empty: any, and the tree's user finds out (Go's SkipFuncCheck).
  std::function<bool(std::string_view)> has_function;
  // Why a function must not be called ("templates see no clock"), "" if it may. Empty: all may.
  std::function<std::string_view(std::string_view)> refusal_of;
  // Makes comments nodes of the tree, which execution passes over.
  bool keep_comments = false;
};

// Go lets if, with, range and block nest as deep as memory lasts. Here that is an error from this
// depth on ("max control depth exceeded"), for the sake of those who walk the tree by recursion.
// An {{else if}} is one deeper than its {{if}}.
inline constexpr std::size_t kMaxControlDepth = 1000;

// Parses a template's text as text/template/parse.Parse of Go 1.26 does: into the tree of the
// template itself, under `name`, and those of the templates that the text defines.
//
// The error's message is Go's: "template: NAME:LINE: ...". Takes no more stack for hostile input
// than for any other, and time and memory in proportion to the text.
Result<std::map<std::string, Tree, std::less<>>> Parse(std::string_view name, std::string_view text,
                                                       const ParserOptions& options);

// Whether the tree holds nothing but space and comments (parse.IsEmptyTree). Such a tree does not
// replace another one of its name. Null is empty.
bool IsEmptyTree(const ListNode* root);

}  // namespace sidecar::gotemplate
