#include "lib/gotemplate/funcs/define.h"

#include <stdexcept>
#include <string>

namespace sidecar::gotemplate::funcs {
namespace {

// Reads "(string, ...any) map[string]any".
class SignatureParser {
 public:
  SignatureParser(const Definition& definition, std::span<const NamedType> types)
      : definition_(definition), types_(types), rest_(definition.signature) {}

  Function Parse() {
    Function function;
    function.name = definition_.name;
    Expect("(");
    while (!Skip(")")) {
      if (!function.parameters.empty()) Expect(", ");
      function.variadic = Skip("...");
      const Type* const type = ReadType();
      function.parameters.push_back(function.variadic ? SliceOf(type) : type);
    }
    Expect(" ");
    function.result = ReadType();
    if (!rest_.empty()) Fail();
    function.emits_structure = definition_.emits_structure;
    function.executes_template = definition_.executes_template;
    return function;
  }

 private:
  [[noreturn]] void Fail() const {
    throw std::logic_error("bad signature of function " + std::string(definition_.name) + ": " +
                           std::string(definition_.signature));
  }

  bool Skip(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void Expect(std::string_view token) {
    if (!Skip(token)) Fail();
  }

  const Type* ReadType() {
    if (Skip("[]")) return SliceOf(ReadType());
    if (Skip("*")) return PointerTo(ReadType());
    if (Skip("map[")) {
      const Type* const key = ReadType();
      Expect("]");
      return MapOf(key, ReadType());
    }
    const std::string_view name = rest_.substr(0, rest_.find_first_of(",)] "));
    rest_.remove_prefix(name.size());
    if (name == "any") return AnyType();
    for (const NamedType& named : types_) {
      if (named.name == name) return named.type;
    }
    const Type* const basic = BasicType(name);
    if (basic == nullptr) Fail();
    return basic;
  }

  const Definition& definition_;
  std::span<const NamedType> types_;
  std::string_view rest_;
};

}  // namespace

Function MakeFunction(const Definition& definition, std::span<const NamedType> types,
                      const std::shared_ptr<const Policy>& policy) {
  static const std::shared_ptr<const Policy> by_default = std::make_shared<const Policy>();
  Function function = SignatureParser(definition, types).Parse();
  const std::shared_ptr<const Policy>& used = policy == nullptr ? by_default : policy;
  function.refusal = RefusalOf(definition.name, *used);
  if (!function.refusal.empty()) {
    function.body = [refusal = function.refusal](Arena&, std::span<const Value>) -> Value {
      throw FunctionError(std::string(refusal));
    };
    return function;
  }
  function.body = [body = definition.body, used](Arena& arena, std::span<const Value> arguments) {
    return body(Call{arena, arguments, *used});
  };
  return function;
}

Value Text(const Call& call, std::string_view text) {
  return Value::String(call.arena.Copy(text));
}

Value Int(std::int64_t value) {
  return Value::Int(value);
}

Value Int64(std::int64_t value) {
  return Value::Int(value, Int64Type());
}

Value StringList(const Call& call, std::span<const std::string_view> texts) {
  const std::span<Value> slots = call.arena.NewArray<Value>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) slots[i] = Value::String(texts[i]);
  return Value::Slice(slots, SliceOf(StringType()));
}

const Type* StringMapType() {
  return MapOf(StringType(), StringType());
}

Value NilAnyList(Arena& arena) {
  return Value::Zero(AnySliceType(), arena);
}

void ThrowNilDereference() {
  throw FunctionError("runtime error: invalid memory address or nil pointer dereference");
}

}  // namespace sidecar::gotemplate::funcs
