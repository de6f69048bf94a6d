#include "lib/ui/form.h"

#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

TEST(FormTest, AFieldIsDecoded) {
  EXPECT_EQ(FormField("pod=a%3A+b%0D%0Ac%25&x=1", "pod"), "a: b\nc%");
  EXPECT_EQ(FormField("x=1&pod=2&pod=3", "pod"), "2");
  EXPECT_EQ(FormField("p%6Fd=2", "pod"), "2");
}

TEST(FormTest, AnEmptyFieldIsNotAnAbsentOne) {
  EXPECT_EQ(FormField("pod=", "pod"), "");
  EXPECT_EQ(FormField("pod", "pod"), "");
  EXPECT_EQ(FormField("pods=1", "pod"), std::nullopt);
  EXPECT_EQ(FormField("", "pod"), std::nullopt);
}

TEST(FormTest, WhatIsNoEscapeStandsForItself) {
  EXPECT_EQ(FormField("pod=100%", "pod"), "100%");
  EXPECT_EQ(FormField("pod=%4", "pod"), "%4");
  EXPECT_EQ(FormField("pod=%zz%4x", "pod"), "%zz%4x");
  EXPECT_EQ(FormField("pod=%00%ff", "pod"), std::string("\0\xff", 2));
}

TEST(FormTest, LineBreaksOfAllKindsAreOne) {
  EXPECT_EQ(FormField("pod=a%0Db%0D%0Ac%0Ad%0D", "pod"), "a\nb\nc\nd\n");
}

TEST(FormTest, TheContentTypeTellsForms) {
  EXPECT_TRUE(IsForm("application/x-www-form-urlencoded"));
  EXPECT_TRUE(IsForm("Application/X-WWW-Form-Urlencoded ; charset=UTF-8"));
  EXPECT_FALSE(IsForm("text/plain"));
  EXPECT_FALSE(IsForm(""));
}

}  // namespace
}  // namespace sidecar::ui
