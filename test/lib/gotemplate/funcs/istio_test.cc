#include <limits>

#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/groups.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

Field MakeField(std::string_view name, const Type* type) {
  Field field;
  field.name = name;
  field.type = type;
  return field;
}

// Types of the shape of Kubernetes', and values of them.
class IstioFunctionsTest : public testing::Test {
 protected:
  IstioFunctionsTest() {
    container_ = DefineType(Kind::kStruct, "v1.Container",
                            {MakeField("Name", StringType()), MakeField("Ports", SliceOf(port_))});
    functions_ = MakeIstioFunctions(
        {.object_meta = meta_, .container = container_, .duration = PointerTo(duration_)});
  }

  std::string CallText(std::string_view name, Arguments arguments) {
    std::vector<Value> values;
    for (const Argument& argument : arguments) values.push_back(argument.value);
    return std::string(functions_.find(name)->second.body(arena_, values).AsString());
  }

  Value Port(int number, const char* protocol) {
    const Value port = Value::Zero(port_, arena_);
    port.slots()[0] = Value::Int(number, Int32Type());
    port.slots()[1] = Value::String(protocol);
    return port;
  }

  Value Container(const char* name, std::initializer_list<Value> ports) {
    const Value container = Value::Zero(container_, arena_);
    container.slots()[0] = Value::String(name);
    const std::span<Value> slots = arena_.NewArray<Value>(ports.size());
    std::copy(ports.begin(), ports.end(), slots.begin());
    container.slots()[1] = Value::Slice(slots, SliceOf(port_));
    return container;
  }

  std::string Duration(std::int64_t seconds, std::int64_t nanos) {
    Value duration = Value::Zero(duration_, arena_);
    duration.slots()[0] = Value::Int(seconds, Int64Type());
    duration.slots()[1] = Value::Int(nanos, Int32Type());
    return CallText("formatDuration", {Value::Pointer(&duration, PointerTo(duration_))});
  }

  Functions call_{"istio"};
  Arena arena_;
  const Type* meta_ =
      DefineType(Kind::kStruct, "v1.ObjectMeta", {MakeField("Annotations", StringMapType())});
  const Type* port_ =
      DefineType(Kind::kStruct, "v1.ContainerPort",
                 {MakeField("ContainerPort", Int32Type()), MakeField("Protocol", StringType())});
  const Type* duration_ =
      DefineType(Kind::kStruct, "durationpb.Duration",
                 {MakeField("Seconds", Int64Type()), MakeField("Nanos", Int32Type())});
  const Type* container_ = nullptr;
  FunctionMap functions_;
};

TEST_F(IstioFunctionsTest, ReadsAnnotations) {
  const Value meta = Value::Zero(meta_, arena_);
  EXPECT_EQ(CallText("annotation", {meta, "a", "d"}), "d");
  meta.slots()[0] = call_.Call("strdict", {"a", "x"});
  EXPECT_EQ(CallText("annotation", {meta, "a", "d"}), "x");
  EXPECT_EQ(CallText("annotation", {meta, "b", 15020}), "15020");
  EXPECT_EQ(CallText("annotation", {meta, "b", nullptr}), "<nil>");
}

TEST_F(IstioFunctionsTest, JoinsPortsThatAreTcp) {
  const Value containers = Value::Slice(arena_.NewArray<Value>(0), SliceOf(container_));
  EXPECT_EQ(CallText("includeInboundPorts", {containers}), "");
  const std::span<Value> slots = arena_.NewArray<Value>(2);
  slots[0] = Container("app", {Port(80, "TCP"), Port(53, "UDP"), Port(90, "SCTP"), Port(81, "")});
  slots[1] = Container("istio-proxy", {Port(15090, "TCP")});
  const Value both = Value::Slice(slots, SliceOf(container_));
  EXPECT_EQ(CallText("includeInboundPorts", {both}), "80,81,15090");
  EXPECT_EQ(CallText("applicationPorts", {both}), "80,81");
}

TEST_F(IstioFunctionsTest, FormatsDurations) {
  EXPECT_EQ(Duration(45, 0), "45s");
  EXPECT_EQ(Duration(5, 500'000'000), "5.5s");
  EXPECT_EQ(Duration(-90, 0), "-1m30s");
  EXPECT_EQ(Duration(std::numeric_limits<std::int64_t>::max(), 0), "2562047h47m16.854775807s");
  EXPECT_EQ(Duration(std::numeric_limits<std::int64_t>::min(), 0), "-2562047h47m16.854775808s");
  EXPECT_EQ(CallText("formatDuration", {Value::Pointer(nullptr, PointerTo(duration_))}), "0s");
}

TEST_F(IstioFunctionsTest, TakesDefaults) {
  EXPECT_EQ(call_("valueOrDefault", {"", 7}), "7");
  EXPECT_EQ(call_("valueOrDefault", {nullptr, "d"}), "d");
  EXPECT_EQ(call_("valueOrDefault", {0, 5}), "0");
  EXPECT_EQ(call_("isset", {call_.Call("strdict", {"a", ""}), "a"}), "true");
  EXPECT_EQ(call_("isset", {Value::Map(nullptr, StringMapType()), "a"}), "false");
}

TEST_F(IstioFunctionsTest, AddsExcludedPorts) {
  EXPECT_EQ(call_("excludeInboundPort", {15020, ""}), "15020");
  EXPECT_EQ(call_("excludeInboundPort", {0, "80"}), "80");
  EXPECT_EQ(call_("excludeInboundPort", {"", "80, 81"}), "80, 81");
  EXPECT_EQ(call_("excludeInboundPort", {" 81 ", "80, 82,"}), "80,82,81");
  EXPECT_EQ(call_("excludeInboundPort", {80.0, "80"}), "80");
}

TEST_F(IstioFunctionsTest, AppendsNetworksOnce) {
  EXPECT_EQ(call_("appendMultusNetwork", {"", "istio-cni"}), "istio-cni");
  EXPECT_EQ(call_("appendMultusNetwork", {"a, b", "istio-cni"}), "a, b, istio-cni");
  EXPECT_EQ(call_("appendMultusNetwork", {"a, istio-cni", "istio-cni"}), "a, istio-cni");
  EXPECT_EQ(call_("appendMultusNetwork", {R"([{"name": "a"}])", "istio-cni"}),
            R"([{"name": "a"}, {"name": "istio-cni"}])");
  for (const char* const kept : {R"([{"name": "istio-cni"}])", "[{]", "]", R"({"a": []})", "[1]"}) {
    EXPECT_EQ(call_("appendMultusNetwork", {kept, "istio-cni"}), kept);
  }
}

TEST_F(IstioFunctionsTest, ReadsOnlyTheEnvironmentOfThePolicy) {
  EXPECT_EQ(call_("env", {"HOME", "none"}), "none");
  EXPECT_EQ(call_("env", {"HOME"}), "");
  EXPECT_EQ(call_("env", {"HOME", "a", "b"}), "error: takes a name and a default, nothing else");
  Policy policy;
  policy.environment = [](std::string_view name) { return name == "REGION" ? "eu" : ""; };
  functions_ = MakeIstioFunctions({}, policy);
  EXPECT_EQ(CallText("env", {"REGION", "none"}), "eu");
  EXPECT_EQ(CallText("env", {"HOME", "none"}), "none");
}

TEST_F(IstioFunctionsTest, WritesAndReadsJson) {
  const Value map = call_.Call("strdict", {"b", "2", "a", "<"});
  EXPECT_EQ(call_("toJSON", {map}), R"({"a":"\u003c","b":"2"})");
  EXPECT_EQ(call_("toJSON", {Value::Map(nullptr, StringMapType())}), "{}");
  EXPECT_EQ(call_("structToJSON", {nullptr}), "{}");
  EXPECT_EQ(call_("structToJSON", {call_.List({1})}), "[1]");
  EXPECT_EQ(call_("fromJSON", {"[1]"}), "[1]");
  EXPECT_EQ(call_("fromJSON", {"bad"}), "{}");
  EXPECT_EQ(call_("toJsonMap", {map, call_.Call("strdict", {"b", "3"})}),
            R"({"a":"\u003c","b":"3"})");
}

TEST_F(IstioFunctionsTest, WritesYamlWithTheFinalLineEnd) {
  EXPECT_EQ(call_("toYaml", {call_.Dict({"a", 1})}), "a: 1\n");
  EXPECT_EQ(call_("toYaml", {Value::Complex({0, 1}, BasicType("complex128"), call_.arena())}), "");
}

TEST_F(IstioFunctionsTest, IndentsAllLinesButTheFirst) {
  EXPECT_EQ(call_("indent", {4, "a\nb\n\n"}), "a\n    b\n    \n    ");
  EXPECT_EQ(call_("indent", {0, "a\nb"}), "a\nb");
  EXPECT_EQ(call_("indent", {1'000'000'000, "a\nb"}), "error: memory limit exceeded");
}

TEST_F(IstioFunctionsTest, WorksOnTexts) {
  EXPECT_EQ(call_("contains", {"/", "a/b"}), "true");
  EXPECT_EQ(call_("directory", {"/a/b/c"}), "/a/b/");
  EXPECT_EQ(call_("directory", {"a"}), "");
  EXPECT_EQ(call_("toLower", {"ABC \u00c4"}), "abc \u00e4");
  EXPECT_EQ(call_("kubevirtInterfaces", {"a,b"}), "a,b");
}

TEST_F(IstioFunctionsTest, WorksOnMapsOfTexts) {
  const Value map = call_.Call("strdict", {"a", "1", "b"});
  EXPECT_EQ(call_.Show(map), R"({"a":"1","b":""})");
  EXPECT_EQ(call_("omit", {map, "a"}), R"({"b":""})");
  EXPECT_EQ(call_("mergeMaps", {map, call_.Call("strdict", {"a", "2"})}), R"({"a":"2","b":""})");
  EXPECT_EQ(call_("mergeMaps", {}), "{}");
}

TEST_F(IstioFunctionsTest, LeavesOutNils) {
  EXPECT_EQ(call_("omitNil", {nullptr}), "null");
  EXPECT_EQ(call_("omitNil", {call_.Dict({"a", nullptr})}), "null");
  EXPECT_EQ(call_("omitNil", {call_.Dict({"a", call_.Dict({"b", nullptr}), "c", 1})}),
            R"({"c":1})");
  EXPECT_EQ(call_("omitNil", {call_.Dict({"a", call_.List({nullptr, 1}), "b", "x"})}),
            R"({"a":[1],"b":"x"})");
  EXPECT_EQ(call_("omitNil", {call_.List({nullptr})}), "null");
  EXPECT_EQ(call_("omitNil", {"s"}), "s");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
