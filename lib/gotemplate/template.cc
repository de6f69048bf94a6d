#include "lib/gotemplate/template.h"

#include <new>
#include <utility>

#include "lib/gotemplate/exec.h"
#include "lib/gotemplate/funcs/builtin.h"
#include "lib/gotemplate/parser.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {

Template::Template(std::string_view name, const ParseOptions& options)
    : left_delimiter_(options.left_delimiter),
      right_delimiter_(options.right_delimiter),
      functions_(options.functions) {
  Body& root = bodies_.emplace_back();
  root.tree.name = name;
}

Result<Template> Template::Parse(std::string_view name, std::string_view text,
                                 const ParseOptions& options) {
  Template result(name, options);
  const Result<void> parsed = result.AddParse(name, text);
  if (parsed.has_error()) return parsed.error();
  return result;
}

Result<void> Template::AddParse(std::string_view parsed_name, std::string_view text) {
  ParserOptions options;
  options.left_delimiter = left_delimiter_;
  options.right_delimiter = right_delimiter_;
  options.has_function = [this](std::string_view function) {
    return FindFunction(function) != nullptr;
  };
  options.refusal_of = [this](std::string_view function) {
    return FindFunction(function)->refusal;
  };
  ASSIGN_OR_RETURN(const auto trees, gotemplate::Parse(parsed_name, text, options));

  const bool is_root = parsed_name == name();
  // All trees of one text have one Source.
  std::shared_ptr<const FunctionTable> table;
  for (const auto& [tree_name, tree] : trees) {
    if (table == nullptr) {
      auto functions = std::make_shared<FunctionTable>();
      for (const std::string_view function : tree.source->functions) {
        functions->push_back(FindFunction(function));
      }
      table = std::move(functions);
    }
    Add({tree, table}, is_root && tree_name == name());
  }
  return {};
}

// text/template's AddParseTree and associate. A tree of the root's name is the root's own only if
// it was parsed as such: one that another text defines is found by name, but not run by Execute.
void Template::Add(const Body& body, bool is_root) {
  const auto old = by_name_.find(body.tree.name);
  const bool keeps_old = old != by_name_.end() && IsEmptyTree(body.tree.root);
  if (is_root && (!keeps_old || bodies_.front().tree.root == nullptr)) bodies_.front() = body;
  if (keeps_old) return;
  if (!is_root) bodies_.push_back(body);
  by_name_.insert_or_assign(body.tree.name, is_root ? 0 : bodies_.size() - 1);
}

const Function* Template::FindFunction(std::string_view function) const {
  if (functions_ != nullptr) {
    const auto found = functions_->find(function);
    if (found != functions_->end()) return &found->second;
  }
  return FindBuiltin(function);
}

const Template::Body* Template::Find(std::string_view wanted) const {
  const auto found = by_name_.find(wanted);
  return found == by_name_.end() ? nullptr : &bodies_[found->second];
}

const Tree* Template::Lookup(std::string_view wanted) const {
  const Body* const body = Find(wanted);
  return body == nullptr ? nullptr : &body->tree;
}

std::vector<const Tree*> Template::Templates() const {
  std::vector<const Tree*> trees;
  trees.reserve(by_name_.size());
  for (const auto& [tree_name, index] : by_name_) trees.push_back(&bodies_[index].tree);
  return trees;
}

Result<void> Template::Execute(const Value& data, Arena& arena, const ExecOptions& options,
                               std::string& output) const {
  return Run(bodies_.front(), data, arena, options, output);
}

Result<void> Template::ExecuteTemplate(std::string_view wanted, const Value& data, Arena& arena,
                                       const ExecOptions& options, std::string& output) const {
  const Body* const body = Find(wanted);
  if (body == nullptr) {
    return Error{ErrorCode::kNotFound, "template: no template " + Quote(wanted) +
                                           " associated with template " + Quote(name())};
  }
  return Run(*body, data, arena, options, output);
}

Result<void> Template::Run(const Body& body, const Value& data, Arena& arena,
                           const ExecOptions& options, std::string& output) const {
  Execution execution(*this, arena, options, output);
  try {
    execution.Run(body, data);
    return {};
  } catch (const ExecError& error) {
    return Error{error.code, error.message};
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kInvalidArgument, execution.MemoryError()};
  }
}

}  // namespace sidecar::gotemplate
