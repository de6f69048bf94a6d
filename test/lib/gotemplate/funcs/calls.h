#pragma once

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/arena.h"
#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/funcs/structure.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/json.h"

// Calls template functions without templates, for the tests of their bodies.
namespace sidecar::gotemplate::funcs {

// What a test may write as an argument: 1, 1.5, "text", true, nullptr, or any Value.
struct Argument {
  Argument(int number) : value(Value::Int(number)) {}         // NOLINT(google-explicit-constructor)
  Argument(double number) : value(Value::Float(number)) {}    // NOLINT(google-explicit-constructor)
  Argument(bool truth) : value(Value::Bool(truth)) {}         // NOLINT(google-explicit-constructor)
  Argument(const char* text) : value(Value::String(text)) {}  // NOLINT(google-explicit-constructor)
  Argument(std::string_view text)
      : value(Value::String(text)) {}         // NOLINT(google-explicit-constructor)
  Argument(std::nullptr_t) {}                 // NOLINT(google-explicit-constructor)
  Argument(const Value& any) : value(any) {}  // NOLINT(google-explicit-constructor)

  Value value;
};

using Arguments = std::initializer_list<Argument>;

// A defined type, which lives as long as the program.
inline Type* DefineType(Kind kind, std::string name, std::vector<Field> fields = {}) {
  static std::deque<Type> types;
  Type& type = types.emplace_back();
  type.kind = kind;
  type.name = std::move(name);
  type.named = true;
  type.fields = std::move(fields);
  return &type;
}

// The functions of one set, and the memory of what they make.
class Functions {
 public:
  explicit Functions(std::string_view set = "sprig", std::size_t limit = std::size_t{64} << 20U)
      : functions_(*FindFunctions(set)), arena_(limit) {}
  // Under a policy of the test's own.
  Functions(std::string_view set, const Policy& policy)
      : own_(std::make_unique<FunctionMap>(MakeFunctionSet(set, policy).value())),
        functions_(own_.get()) {}

  Arena& arena() { return arena_; }

  // May throw what functions throw.
  Value Call(std::string_view name, Arguments arguments) {
    const auto found = functions_->find(name);
    if (found == functions_->end()) throw std::out_of_range(std::string(name));
    std::vector<Value> values;
    for (const Argument& argument : arguments) values.push_back(argument.value);
    return found->second.body(arena_, values);
  }

  Value List(Arguments elements) { return Call("list", elements); }
  Value Dict(Arguments pairs) { return Call("dict", pairs); }

  // The result: a text as it is, anything else as JSON, an error as "error: MESSAGE".
  std::string operator()(std::string_view name, Arguments arguments) {
    try {
      return Show(Call(name, arguments));
    } catch (const FunctionError& error) {
      return std::string("error: ") + error.what();
    } catch (const ArenaLimitExceeded& error) {
      return std::string("error: ") + error.what();
    }
  }

  std::string Show(const Value& value) {
    if (value.kind() == Kind::kString) return std::string(value.AsString());
    std::string text;
    yaml::WriteJson(ToNode(value, arena_), text);
    return text;
  }

 private:
  std::unique_ptr<const FunctionMap> own_;
  const FunctionMap* functions_;
  Arena arena_;
};

}  // namespace sidecar::gotemplate::funcs
