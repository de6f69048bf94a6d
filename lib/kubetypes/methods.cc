#include "lib/kubetypes/methods.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/scalars.h"
#include "lib/kubetypes/type_builder.h"
#include "lib/yaml/json.h"

namespace sidecar::kubetypes {

using gotemplate::FunctionError;
using gotemplate::Method;
using gotemplate::Type;
using gotemplate::Value;

namespace {

using Arguments = std::span<const Value>;

// Collects the methods of one type.
class MethodTable {
 public:
  explicit MethodTable(bool pointer_receiver) : pointer_receiver_(pointer_receiver) {}

  template <class Body>
  void Add(std::string_view name, const Type* result, std::vector<const Type*> parameters,
           Body body) {
    Method& method = methods_.emplace_back();
    method.function.name = name;
    method.function.parameters = std::move(parameters);
    method.function.result = result;
    method.function.body = std::move(body);
    method.pointer_receiver = pointer_receiver_;
  }

  template <class Body>
  void Add(std::string_view name, const Type* result, Body body) {
    Add(name, result, {}, std::move(body));
  }

  std::vector<Method> Take() {
    std::sort(methods_.begin(), methods_.end(), [](const Method& one, const Method& other) {
      return one.function.name < other.function.name;
    });
    return std::move(methods_);
  }

 private:
  bool pointer_receiver_;
  std::vector<Method> methods_;
};

// What a pointer receiver points at; Go would panic on nil.
Value Receiver(Arguments arguments) {
  const Value& self = arguments[0];
  if (self.kind() != gotemplate::Kind::kPointer) return self;
  if (self.IsNil()) {
    throw FunctionError("runtime error: invalid memory address or nil pointer dereference");
  }
  return self.Elem();
}

Quantity QuantityReceiver(Arguments arguments) {
  return QuantityOf(Receiver(arguments));
}

std::vector<Method> QuantityMethods(const Type* quantity) {
  constexpr std::int32_t kMilli = -3;
  MethodTable table(true);
  table.Add("String", gotemplate::StringType(), [](Arena& arena, Arguments arguments) {
    return Value::String(arena.Copy(QuantityReceiver(arguments).String()));
  });
  table.Add("Value", gotemplate::Int64Type(), [](Arena&, Arguments arguments) {
    return Value::Int(QuantityReceiver(arguments).ScaledValue(0), gotemplate::Int64Type());
  });
  table.Add("MilliValue", gotemplate::Int64Type(), [](Arena&, Arguments arguments) {
    return Value::Int(QuantityReceiver(arguments).ScaledValue(kMilli), gotemplate::Int64Type());
  });
  table.Add("IsZero", gotemplate::BoolType(), [](Arena&, Arguments arguments) {
    return Value::Bool(QuantityReceiver(arguments).IsZero());
  });
  table.Add("Sign", gotemplate::IntType(), [](Arena&, Arguments arguments) {
    return Value::Int(QuantityReceiver(arguments).Sign());
  });
  table.Add("AsApproximateFloat64", gotemplate::Float64Type(), [](Arena&, Arguments arguments) {
    return Value::Float(QuantityReceiver(arguments).AsApproximateFloat64());
  });
  table.Add("Cmp", gotemplate::IntType(), {quantity}, [](Arena&, Arguments arguments) {
    return Value::Int(Compare(QuantityReceiver(arguments), QuantityOf(arguments[1])));
  });
  table.Add("CmpInt64", gotemplate::IntType(), {gotemplate::Int64Type()},
            [](Arena&, Arguments arguments) {
              Quantity other;
              other.value = arguments[1].AsInt();
              return Value::Int(Compare(QuantityReceiver(arguments), other));
            });
  table.Add(
      "ScaledValue", gotemplate::Int64Type(),
      {AsStructType(quantity).fields[0].type->fields[1].type}, [](Arena&, Arguments arguments) {
        const auto scale = static_cast<std::int32_t>(arguments[1].AsInt());
        return Value::Int(QuantityReceiver(arguments).ScaledValue(scale), gotemplate::Int64Type());
      });
  std::vector<Method> methods = table.Take();
  for (Method& method : methods) {  // Those that Go declares on the value.
    const std::string_view name = method.function.name;
    method.pointer_receiver = name != "Equal" && name != "DeepCopy";
  }
  return methods;
}

// intstr.IntOrString.String and IntValue (Atoi, its error ignored).
std::vector<Method> IntOrStringMethods() {
  MethodTable table(true);
  table.Add("String", gotemplate::StringType(), [](Arena& arena, Arguments arguments) {
    if (arguments[0].IsNil()) return Value::String("<nil>");
    const Value self = Receiver(arguments);
    return IsString(self) ? Value::String(StringOf(self))
                          : Value::String(arena.Copy(std::to_string(NumberOf(self))));
  });
  table.Add("IntValue", gotemplate::IntType(), [](Arena&, Arguments arguments) {
    const Value self = Receiver(arguments);
    if (!IsString(self)) return Value::Int(NumberOf(self));
    return Value::Int(gotemplate::Atoi(StringOf(self)).value);
  });
  return table.Take();
}

// metav1.Time: what *Time adds to the methods of the time.Time in it.
std::vector<Method> TimeMethods(const Type* time) {
  MethodTable table(true);
  table.Add("IsZero", gotemplate::BoolType(), [](Arena&, Arguments arguments) {
    return Value::Bool(arguments[0].IsNil() || TimeIn(arguments[0].Elem()).IsZero());
  });
  const auto compare = [](Arguments arguments) {
    return gotemplate::funcs::Compare(TimeIn(arguments[0].Elem()), TimeIn(arguments[1].Elem()));
  };
  const Type* const pointer = gotemplate::PointerTo(time);
  table.Add("Before", gotemplate::BoolType(), {pointer}, [compare](Arena&, Arguments arguments) {
    if (arguments[0].IsNil() || arguments[1].IsNil()) return Value::Bool(false);
    return Value::Bool(compare(arguments) < 0);
  });
  table.Add("Equal", gotemplate::BoolType(), {pointer}, [compare](Arena&, Arguments arguments) {
    if (arguments[0].IsNil() || arguments[1].IsNil()) {
      return Value::Bool(arguments[0].IsNil() && arguments[1].IsNil());
    }
    return Value::Bool(compare(arguments) == 0);
  });
  return table.Take();
}

// The entry of a resource list as *Quantity; where there is none, a zero of that format.
Value Resource(Arena& arena, const Value& list, std::string_view name, QuantityFormat format) {
  const Value map = list.Elem();
  const Value* const found =
      map.AsMap() == nullptr ? nullptr : map.AsMap()->Find(Value::String(name, map.type()->key));
  Quantity zero;
  zero.format = format;
  Value* const copy = arena.New<Value>(found != nullptr ? *found : ToValue(zero, arena));
  return Value::Pointer(copy, gotemplate::PointerTo(copy->type()));
}

std::vector<Method> ResourceListMethods() {
  MethodTable table(true);
  const Type* const result = gotemplate::PointerTo(ScalarType("resource.Quantity"));
  const auto add = [&](std::string_view method, std::string_view name, QuantityFormat format) {
    table.Add(method, result, [name, format](Arena& arena, Arguments arguments) {
      Receiver(arguments);
      return Resource(arena, arguments[0], name, format);
    });
  };
  add("Cpu", "cpu", QuantityFormat::kDecimalSi);
  add("Memory", "memory", QuantityFormat::kBinarySi);
  add("Storage", "storage", QuantityFormat::kBinarySi);
  add("Pods", "pods", QuantityFormat::kDecimalSi);
  add("StorageEphemeral", "ephemeral-storage", QuantityFormat::kBinarySi);
  return table.Take();
}

// metav1.ObjectMeta's getters: one a field.
std::vector<Method> ObjectMetaMethods(const Type* meta) {
  static const std::vector<std::string>& names =
      *new std::vector<std::string>{"GetAnnotations",
                                    "GetClusterName",
                                    "GetCreationTimestamp",
                                    "GetDeletionGracePeriodSeconds",
                                    "GetDeletionTimestamp",
                                    "GetFinalizers",
                                    "GetGenerateName",
                                    "GetGeneration",
                                    "GetInitializers",
                                    "GetLabels",
                                    "GetManagedFields",
                                    "GetName",
                                    "GetNamespace",
                                    "GetOwnerReferences",
                                    "GetResourceVersion",
                                    "GetSelfLink",
                                    "GetUID"};
  constexpr std::string_view kPrefix = "Get";
  MethodTable table(true);
  for (const std::string& name : names) {
    const std::string_view wanted = std::string_view(name).substr(kPrefix.size());
    const auto field =
        std::find_if(meta->fields.begin(), meta->fields.end(),
                     [wanted](const gotemplate::Field& each) { return each.name == wanted; });
    if (field == meta->fields.end()) continue;
    const auto index = static_cast<std::size_t>(field - meta->fields.begin());
    table.Add(name, field->type,
              [index](Arena&, Arguments arguments) { return Receiver(arguments).Field(index); });
  }
  return table.Take();
}

// A string type's own String method.
std::vector<Method> StringMethods() {
  MethodTable table(false);
  table.Add("String", gotemplate::StringType(),
            [](Arena&, Arguments arguments) { return Value::String(arguments[0].AsString()); });
  return table.Take();
}

// types.NamespacedName.String.
std::vector<Method> NamespacedNameMethods() {
  MethodTable table(false);
  table.Add("String", gotemplate::StringType(), [](Arena& arena, Arguments arguments) {
    std::string text(arguments[0].Field(0).AsString());
    text += '/';
    text += arguments[0].Field(1).AsString();
    return Value::String(arena.Copy(text));
  });
  return table.Take();
}

// What encoding/json asks of types that have a JSON form of their own. The text is a string here.
std::vector<Method> WithMarshalJson(std::vector<Method> methods) {
  MethodTable table(false);
  table.Add("MarshalJSON", gotemplate::StringType(), [](Arena& arena, Arguments arguments) {
    std::string text;
    yaml::WriteJson(Encode(arguments[0], arena), text);
    return Value::String(arena.Copy(text));
  });
  for (Method& method : table.Take()) {
    const auto next = std::find_if(methods.begin(), methods.end(), [&method](const Method& other) {
      return other.function.name > method.function.name;
    });
    methods.insert(next, std::move(method));
  }
  return methods;
}

}  // namespace

std::vector<Method> MethodsOf(const Type* type) {
  const std::string_view name = type->name;
  if (name == "resource.Quantity") return WithMarshalJson(QuantityMethods(type));
  if (name == "intstr.IntOrString") return WithMarshalJson(IntOrStringMethods());
  if (name == "v1.Time" || name == "v1.MicroTime") return WithMarshalJson(TimeMethods(type));
  if (name == "types.NamespacedName") return NamespacedNameMethods();
  if (name == "v1.ResourceList") return ResourceListMethods();
  if (name == "v1.ObjectMeta") return ObjectMetaMethods(type);
  if (name == "v1.ResourceName") return StringMethods();
  return {};
}

}  // namespace sidecar::kubetypes
