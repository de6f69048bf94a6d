#include "lib/gotemplate/funcs/call.h"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

std::string ErrorOf(const std::function<void()>& body) {
  try {
    body();
  } catch (const FunctionError& error) {
    return error.what();
  }
  return "no error";
}

class CallTest : public testing::Test {
 protected:
  CallTest() {
    join_.parameters = {StringType(), SliceOf(IntType())};
    join_.variadic = true;
    join_.result = StringType();
    join_.body = [](Arena& arena, std::span<const Value> arguments) {
      std::string text(arguments[0].AsString());
      for (const Value& argument : arguments.subspan(1)) {
        text += ' ' + std::to_string(argument.AsInt());
      }
      return Value::String(arena.Copy(text));
    };
    join_type_.kind = Kind::kFunc;
    join_type_.name = "func(string, ...int) string";
    join_type_.signature = &join_;

    is_nil_.parameters = {AnyType()};
    is_nil_.result = BoolType();
    is_nil_.body = [](Arena&, std::span<const Value> arguments) {
      return Value::Bool(!arguments[0].IsValid());
    };
    is_nil_type_.kind = Kind::kFunc;
    is_nil_type_.name = "func(interface {}) bool";
    is_nil_type_.signature = &is_nil_;
  }

  std::string CallError(const Value& callee, const std::vector<Value>& arguments) {
    return ErrorOf([&] { Call(arena_, ".F", callee, arguments); });
  }

  Arena arena_;
  Function join_;
  Type join_type_;
  Value join_value_ = Value::Func(&join_, &join_type_);
  Function is_nil_;
  Type is_nil_type_;
  Value is_nil_value_ = Value::Func(&is_nil_, &is_nil_type_);
};

TEST_F(CallTest, PassesArgumentsAsTheParametersWantThem) {
  const std::vector<Value> arguments = {Value::String("a").ToInterface(AnyType(), arena_),
                                        Value::Int(7, BasicType("int8")), Value::Int(8)};
  const Value callee = join_value_.ToInterface(AnyType(), arena_);
  EXPECT_EQ(Call(arena_, ".F", callee, arguments).AsString(), "a 7 8");
}

TEST_F(CallTest, PassesNilWhereItMayBe) {
  EXPECT_TRUE(Call(arena_, ".F", is_nil_value_, std::vector{Value()}).AsBool());
  EXPECT_FALSE(Call(arena_, ".F", is_nil_value_, std::vector{Value::Int(0)}).AsBool());
}

TEST_F(CallTest, SaysWhatCannotBeCalled) {
  EXPECT_EQ(CallError(Value(), {}), "call of nil");
  EXPECT_EQ(CallError(Value::String("x"), {}), "non-function .F of type string");
  EXPECT_EQ(CallError(Value::Func(nullptr, &is_nil_type_), {Value::Int(1)}),
            "reflect.Value.Call: call of nil function");
}

TEST_F(CallTest, SaysWhichArgumentsDoNotFit) {
  EXPECT_EQ(CallError(join_value_, {}), "wrong number of args for .F: got 0 want at least 1");
  EXPECT_EQ(CallError(is_nil_value_, {}), "wrong number of args for .F: got 0 want 1");
  EXPECT_EQ(CallError(join_value_, {Value::Int(1)}), "arg 0: value has type int; should be string");
  EXPECT_EQ(CallError(join_value_, {Value::String("a"), Value::Float(1)}),
            "arg 1: value has type float64; should be int");
  EXPECT_EQ(CallError(join_value_, {Value()}), "arg 0: value is nil; should be of type string");
}

TEST_F(CallTest, LetsErrorsOfTheFunctionPass) {
  is_nil_.body = [](Arena&, std::span<const Value>) -> Value { throw FunctionError("boom"); };
  EXPECT_EQ(CallError(is_nil_value_, {Value()}), "boom");
}

}  // namespace
}  // namespace sidecar::gotemplate
