#include "lib/kubetypes/proto_message.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/kubetypes/mesh_types.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Kind;
using gotemplate::MapData;
using gotemplate::Type;
using gotemplate::Value;

Value Call(const Value& receiver, const Type* type, std::string_view name, Arena& arena) {
  const gotemplate::MethodMatch* method = gotemplate::FindMethod(type, name);
  if (method == nullptr) {
    ADD_FAILURE() << "no method " << name;
    return {};
  }
  return method->method->function.body(arena, std::array{receiver});
}

// A message type as a test or another module may describe it.
const Type* SampleType() {
  static const Type* const type = [] {
    auto* const made = new Type();
    made->kind = Kind::kStruct;
    made->name = "v1.Sample";
    made->named = true;
    made->fields = {
        {.name = "Name", .type = gotemplate::StringType(), .json_name = "name"},
        {.name = "ProxyHttpPort", .type = gotemplate::Int32Type(), .json_name = "proxyHttpPort"},
        {.name = "Enabled", .type = gotemplate::BoolType(), .json_name = "enabled"},
        {.name = "Delay",
         .type = gotemplate::PointerTo(DurationMessageType()),
         .json_name = "delay"},
        {.name = "Names",
         .type = gotemplate::SliceOf(gotemplate::StringType()),
         .json_name = "names"},
        {.name = "Labels",
         .type = gotemplate::MapOf(gotemplate::StringType(), gotemplate::StringType()),
         .json_name = "labels"},
    };
    AddGetters(*made);
    AddMessageMethods(*made);
    return made;
  }();
  return type;
}

class ProtoMessageTest : public testing::Test {
 protected:
  ProtoMessageTest() : sample_(*arena_.New<Value>(Value::Zero(SampleType(), arena_))) {}

  Value Pointer() { return Value::Pointer(&sample_, gotemplate::PointerTo(SampleType())); }
  Value Duration(std::int64_t seconds, std::int32_t nanos) {
    Value* const message = arena_.New<Value>(Value::Zero(DurationMessageType(), arena_));
    message->slots()[0] = Value::Int(seconds, gotemplate::Int64Type());
    message->slots()[1] = Value::Int(nanos, gotemplate::Int32Type());
    return Value::Pointer(message, gotemplate::PointerTo(DurationMessageType()));
  }

  Arena arena_;
  Value& sample_;
};

TEST_F(ProtoMessageTest, LeavesUnsetFieldsOut) {
  EXPECT_EQ(CompactText(sample_), "");
  EXPECT_EQ(CompactText(Pointer()), "");
  EXPECT_EQ(CompactText(Value::Pointer(nullptr, gotemplate::PointerTo(SampleType()))), "<nil>");
}

TEST_F(ProtoMessageTest, PrintsFieldsInOrderUnderTheirProtoNames) {
  sample_.slots()[0] = Value::String("x");
  sample_.slots()[1] = Value::Int(-7, gotemplate::Int32Type());
  sample_.slots()[2] = Value::Bool(true);
  sample_.slots()[3] = Duration(1, 500'000'000);
  EXPECT_EQ(CompactText(Pointer()),
            "name:\"x\" proxy_http_port:-7 enabled:true delay:<seconds:1 nanos:500000000 > ");
}

TEST_F(ProtoMessageTest, PrintsASetButEmptyMessage) {
  sample_.slots()[3] = Duration(0, 0);
  EXPECT_EQ(CompactText(sample_), "delay:<> ");
}

TEST_F(ProtoMessageTest, RepeatsTheNameOfLists) {
  const std::span<Value> names = arena_.NewArray<Value>(2);
  names[0] = Value::String("a");
  names[1] = Value::String("");
  sample_.slots()[4] = Value::Slice(names, SampleType()->fields[4].type);
  EXPECT_EQ(CompactText(sample_), "names:\"a\" names:\"\" ");
}

TEST_F(ProtoMessageTest, PrintsMapsSortedAsKeysAndValues) {
  auto* const labels = arena_.New<MapData>();
  labels->Set(Value::String("b"), Value::String("2"), arena_);
  labels->Set(Value::String("a"), Value::String("1"), arena_);
  sample_.slots()[5] = Value::Map(labels, SampleType()->fields[5].type);
  EXPECT_EQ(CompactText(sample_),
            "labels:<key:\"a\" value:\"1\" > labels:<key:\"b\" value:\"2\" > ");
}

TEST_F(ProtoMessageTest, EscapesBytesInOctal) {
  sample_.slots()[0] = Value::String("a\"b\\c'\n\r\t\x01\xc3\xa9\x7f");
  EXPECT_EQ(CompactText(sample_), R"(name:"a\"b\\c'\n\r\t\001\303\251\177" )");
}

TEST_F(ProtoMessageTest, GettersReadFields) {
  sample_.slots()[0] = Value::String("x");
  sample_.slots()[3] = Duration(2, 0);
  EXPECT_EQ(Call(Pointer(), SampleType(), "GetName", arena_).AsString(), "x");
  const Value delay = Call(Pointer(), SampleType(), "GetDelay", arena_);
  EXPECT_EQ(Call(delay, DurationMessageType(), "GetSeconds", arena_).AsInt(), 2);
  EXPECT_EQ(Call(delay, DurationMessageType(), "String", arena_).AsString(), "seconds:2 ");
}

TEST_F(ProtoMessageTest, GettersOfNilGiveZeroValues) {
  const Value nil = Value::Pointer(nullptr, gotemplate::PointerTo(SampleType()));
  EXPECT_EQ(Call(nil, SampleType(), "GetName", arena_).AsString(), "");
  EXPECT_EQ(Call(nil, SampleType(), "GetProxyHttpPort", arena_).AsInt(), 0);
  EXPECT_TRUE(Call(nil, SampleType(), "GetDelay", arena_).IsNil());
  EXPECT_EQ(Call(nil, SampleType(), "String", arena_).AsString(), "<nil>");
}

TEST_F(ProtoMessageTest, MethodsAreOnThePointerOnly) {
  EXPECT_TRUE(gotemplate::FindMethod(SampleType(), "String")->needs_address);
  EXPECT_TRUE(gotemplate::FindMethod(SampleType(), "GetName")->needs_address);
}

TEST(AddProtoMethodsTest, GoesByTheName) {
  const struct {
    Kind kind;
    const char* name;
    bool added;
    std::size_t methods;
  } cases[] = {
      {Kind::kInt32, "v1alpha1.AuthenticationPolicy", true, 1},
      {Kind::kInt32, "int32", false, 0},
      {Kind::kStruct, "v1alpha1.ProxyConfig", true, 3},
      {Kind::kStruct, "durationpb.Duration", true, 3},
      {Kind::kStruct, "v1.Container", false, 0},
      {Kind::kString, "v1alpha1.Name", false, 0},
  };
  for (const auto& [kind, name, added, methods] : cases) {
    Type type;
    type.kind = kind;
    type.name = name;
    type.named = true;
    if (kind == Kind::kStruct) {
      type.fields = {{.name = "A", .type = gotemplate::StringType(), .json_name = "a"}};
    }
    EXPECT_EQ(AddProtoMethods(type), added) << name;
    EXPECT_EQ(type.methods.size(), methods) << name;
  }
}

TEST(ProtoNameTest, IsSnakeCase) {
  EXPECT_EQ(ProtoName("statsdUdpAddress"), "statsd_udp_address");
  EXPECT_EQ(ProtoName("mode"), "mode");
  EXPECT_EQ(ProtoName(""), "");
}

}  // namespace
}  // namespace sidecar::kubetypes
