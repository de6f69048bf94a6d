#include "controller/certs/secret_object.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using kube::Json;

TEST(SecretObjectTest, WhatIsWrittenIsRead) {
  SecretContent content;
  content.data = {{"a", std::string("\0b\n", 3)}, {"empty", ""}};
  content.annotations = {{"k", "v"}};
  const Json secret = NewSecret("ns", "name", content);
  EXPECT_EQ(secret["metadata"]["name"], "name");
  EXPECT_EQ(secret["metadata"]["namespace"], "ns");
  EXPECT_EQ(secret["type"], "Opaque");
  EXPECT_EQ(secret["data"]["a"], "AGIK");
  const SecretContent read = ReadSecretContent(secret);
  EXPECT_EQ(read.data, content.data);
  EXPECT_EQ(read.annotations, content.annotations);
}

TEST(SecretObjectTest, AnUpdateKeepsWhatIsNotContent) {
  const Json before = Json::parse(R"({"metadata": {"name": "n", "resourceVersion": "7",
      "labels": {"a": "b"}, "annotations": {"old": "1"}}, "type": "custom", "data": {"x": "eA=="}})");
  const Json after = WithContent(before, {{{"y", "y"}}, {}});
  EXPECT_EQ(ResourceVersion(after), "7");
  EXPECT_EQ(after["type"], "custom");
  EXPECT_EQ(after["metadata"]["labels"]["a"], "b");
  EXPECT_FALSE(after["metadata"].contains("annotations"));
  EXPECT_EQ(after["data"], Json({{"y", "eQ=="}}));
}

TEST(SecretObjectTest, WhateverTheServerSendsIsRead) {
  for (const char* text :
       {"null", "[]", "{}", R"({"metadata": 1, "data": []})",
        R"({"metadata": {"annotations": [1], "resourceVersion": 5}, "data": {"a": 1}})"}) {
    const Json odd = Json::parse(text);
    EXPECT_TRUE(ReadSecretContent(odd).data.empty()) << text;
    EXPECT_TRUE(ReadSecretContent(odd).annotations.empty()) << text;
    EXPECT_EQ(ResourceVersion(odd), "") << text;
    EXPECT_TRUE(WithContent(odd, {{{"k", "v"}}, {{"a", "b"}}}).is_object());
  }
}

TEST(SecretObjectTest, AValueThatIsNoBase64IsTakenAsItIs) {
  EXPECT_EQ(ReadSecretContent(Json::parse(R"({"data": {"a": "***"}})")).data["a"], "***");
}

TEST(SecretObjectTest, MaterialIsStoredInANewSecretOrTheOldOne) {
  Material material;
  material.leaf.certificate = "c";
  const auto creation = StoreRequest("ns", "name", nullptr, material);
  EXPECT_EQ(creation.method, "POST");
  EXPECT_EQ(Json::parse(creation.body)["data"], Json({{"tls.crt", "Yw=="}}));
  const Json old = {{"metadata", {{"resourceVersion", "7"}}}, {"data", {{"x", "eA=="}}}};
  const auto update = StoreRequest("ns", "name", &old, material);
  EXPECT_EQ(update.method + ' ' + update.target, "PUT /api/v1/namespaces/ns/secrets/name");
  EXPECT_EQ(ResourceVersion(Json::parse(update.body)), "7");
  EXPECT_EQ(Json::parse(update.body)["data"], Json({{"tls.crt", "Yw=="}, {"x", "eA=="}}));
}

}  // namespace
}  // namespace sidecar::controller
