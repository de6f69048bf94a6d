#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/lib/gotemplate/exec_fixture.h"

namespace sidecar::gotemplate {
namespace {

using ::testing::HasSubstr;

class ExecCallTest : public ExecFixture {
 protected:
  ExecCallTest() {
    functions_["fail"] = {.name = "fail",
                          .parameters = {},
                          .result = StringType(),
                          .body = [](Arena&, std::span<const Value>) -> Value {
                            throw FunctionError("100% broken");
                          }};
    functions_["small"] = {
        .name = "small",
        .parameters = {BasicType("int8"), SliceOf(StringType())},
        .variadic = true,
        .result = BasicType("int8"),
        .body = [](Arena&, std::span<const Value> arguments) { return arguments[0]; }};

    secret_.kind = Kind::kStruct;
    secret_.name = "shapes.Secret";
    secret_.named = true;
    for (const bool pointer : {true, false}) {
      Method& method = secret_.methods.emplace_back();
      method.pointer_receiver = pointer;
      method.function.name = pointer ? "ByPointer" : "ByValue";
      method.function.result = StringType();
      method.function.body = [](Arena&, std::span<const Value> arguments) {
        return Value::String(ToString(arguments[0].kind()));
      };
    }
  }

  Type secret_;
};

TEST_F(ExecCallTest, AndAndOrStopAtTheAnswer) {
  EXPECT_EQ(Run("{{or 1 fail}}{{and 0 fail}}"), "10");
  EXPECT_EQ(Run("{{and 1 2}}{{or 0 \"\"}}{{0 | and 1}}"), "20");
  EXPECT_THAT(Run("{{and 1 fail}}"), HasSubstr("at <fail>: error calling fail: 100% broken"));
}

TEST_F(ExecCallTest, ArgumentsAreCounted) {
  EXPECT_THAT(Run("{{small}}"), HasSubstr("wrong number of args for small: want at least 1 got 0"));
  EXPECT_THAT(Run("{{fail 1}}"), HasSubstr("wrong number of args for fail: want 0 got 1"));
}

TEST_F(ExecCallTest, ArgumentsAreFittedToTheirParameters) {
  EXPECT_EQ(Run("{{small 1.0}} {{small 300}}"), "1 44");
  EXPECT_THAT(Run("{{small 1.5}}"), HasSubstr("at <1.5>: expected integer; found 1.5"));
  EXPECT_THAT(Run("{{small nil}}"), HasSubstr("cannot assign nil to int8"));
  EXPECT_THAT(Run("{{small .}}", Value::Int(1)),
              HasSubstr("at <.>: wrong type for value; expected int8; got int"));
  EXPECT_THAT(Run("{{1 | small 1}}"), HasSubstr("expected string; got int"));
}

TEST_F(ExecCallTest, CallNamesWhatItCalls) {
  EXPECT_EQ(Run("{{call .}}", Value::Int(1)),
            "!template: t:1:2: executing \"t\" at <call .>: error calling call: non-function . of "
            "type int");
  EXPECT_THAT(Run("{{call nil}}"), HasSubstr("error calling call: call of nil"));
}

TEST_F(ExecCallTest, ComparisonsNameTheTypes) {
  EXPECT_THAT(Run("{{eq . 3}}", Value::Float(3)),
              HasSubstr("error calling eq: incompatible types for comparison: float64 and int"));
}

TEST_F(ExecCallTest, MethodsNeedTheirReceiver) {
  Value secret = Value::Struct(nullptr, &secret_);
  const Value pointer = Value::Pointer(&secret, PointerTo(&secret_));
  EXPECT_EQ(Run("{{.ByValue}} {{.ByPointer}}", pointer), "struct ptr");
  EXPECT_THAT(Run("{{.ByPointer}}", secret), HasSubstr("can't evaluate field ByPointer"));
  const Value nil = Value::Pointer(nullptr, PointerTo(&secret_));
  EXPECT_EQ(Run("{{.ByPointer}}", nil), "ptr");
  EXPECT_THAT(
      Run("{{.ByValue}}", nil),
      HasSubstr("error calling ByValue: value method shapes.Secret.ByValue called using nil "
                "*Secret pointer"));
}

}  // namespace
}  // namespace sidecar::gotemplate
