#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/node.h"
#include "lib/gotemplate/type.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// Functions by the name that templates call them by.
using FunctionMap = std::map<std::string, Function, std::less<>>;

struct ParseOptions {
  std::string_view left_delimiter = "{{";  // Empty means the default.
  std::string_view right_delimiter = "}}";
  // What templates may call besides the builtins; one of the same name replaces the builtin. It
  // must outlive the Template, unchanged.
  const FunctionMap* functions = nullptr;
};

// What a key that a map does not have evaluates to: Go's Option("missingkey=...").
enum class MissingKey : std::uint8_t {
  kInvalid,  // Prints "<no value>"; may be walked further. Go's "default" and "invalid".
  kZero,     // The zero value of the map's element type.
  kError,
};

// What one execution may use up. Exceeding any of them is an error that names the limit and the
// place in the template.
struct ExecLimits {
  std::uint64_t steps = 10'000'000;  // Nodes walked, commands evaluated, range iterations.
  std::size_t output_bytes = 64U << 20U;
  // What the execution's own stack takes. Go's limit of 100000 template calls in each other holds
  // besides, with Go's error. Memory of values is limited by the Arena that is passed in.
  std::size_t stack_bytes = 64U << 20U;
  std::uint32_t expression_depth = 1000;  // Parentheses and arguments in each other.
};

// A piece of output that came from one action, {{pipeline}}, rather than from template text.
struct OutputSpan {
  std::size_t begin = 0;  // Byte offsets in the output.
  std::size_t end = 0;
  const Node* action = nullptr;    // Print(*action) shows it; lives as long as the Template.
  const Source* source = nullptr;  // Where it stands: Location(*source, *action).
  bool emits_structure = false;    // Some function in the pipeline has Function::emits_structure.
};

struct ExecOptions {
  MissingKey missing_key = MissingKey::kInvalid;
  ExecLimits limits;
  std::vector<OutputSpan>* spans = nullptr;  // If set, gets a span for every action that printed.
  // If set, asked every few steps: true ends the execution with kDeadlineExceeded.
  const std::function<bool()>* is_late = nullptr;
  // If set, becomes true where an error came of the data rather than of the template: a function
  // refused its arguments, or a pointer was nil. Other data may do.
  bool* depends_on_data = nullptr;
};

// A set of templates that call each other, of which one is the root: Go's text/template.Template.
//
//   ASSIGN_OR_RETURN(const Template tmpl, Template::Parse("greeting", "hello {{.name}}"));
//   std::string output;
//   auto done = tmpl.Execute(data, arena, {}, output);
//
// Error messages are Go's: `template: greeting:1:8: executing "greeting" at <.name>: ...`.
//
// Execute may be called from any number of threads at once, each with an Arena of its own.
// Parsing is not thread-safe. Moving and copying are cheap; copies share what was parsed.
class Template {
 public:
  // A root that has no body yet: New(name).Delims(...).Funcs(...).
  Template(std::string_view name, const ParseOptions& options);

  // The same, then Parse(text).
  static Result<Template> Parse(std::string_view name, std::string_view text,
                                const ParseOptions& options = {});

  // Parses `text` as the body of `name`, and the templates that it defines, into this set: in Go
  // New(name).Parse(text), or for the root's own name Parse(text). A body of nothing but space and
  // definitions does not replace an earlier one. On an error nothing is added.
  Result<void> AddParse(std::string_view name, std::string_view text);

  const std::string& name() const { return bodies_.front().tree.name; }

  // Runs the root (or the template `name`) over `data`. Output is appended, and keeps what was
  // written before an error. Values made on the way live in `arena`, functions' results too.
  Result<void> Execute(const Value& data, Arena& arena, const ExecOptions& options,
                       std::string& output) const;
  Result<void> ExecuteTemplate(std::string_view name, const Value& data, Arena& arena,
                               const ExecOptions& options, std::string& output) const;

  // The body that {{template "name"}} would run, or null.
  const Tree* Lookup(std::string_view name) const;

  // All of them, by name.
  std::vector<const Tree*> Templates() const;

 private:
  friend class Execution;
  using FunctionTable = std::vector<const Function*>;

  // A body, and the functions that its IdentifierNodes number. Null root: none was parsed yet.
  struct Body {
    Tree tree;
    std::shared_ptr<const FunctionTable> functions;
  };

  const Body* Find(std::string_view name) const;
  const Function* FindFunction(std::string_view name) const;
  void Add(const Body& body, bool is_root);
  Result<void> Run(const Body& body, const Value& data, Arena& arena, const ExecOptions& options,
                   std::string& output) const;

  std::string left_delimiter_;
  std::string right_delimiter_;
  const FunctionMap* functions_;
  // The first is the root. Where a later text redefines a name, `by_name_` points at the newer one.
  std::vector<Body> bodies_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

}  // namespace sidecar::gotemplate
