#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(PathFunctionsTest, Cleans) {
  Functions call;
  const struct {
    const char *path, *clean;
  } kCases[] = {
      {"", "."},           {"abc", "abc"},          {"/", "/"},
      {"abc/", "abc"},     {"a//b///c", "a/b/c"},   {"./a/./b/.", "a/b"},
      {"a/../b", "b"},     {"a/..", "."},           {"../../x", "../../x"},
      {"/../x", "/x"},     {"a/../../b", "../b"},   {"a/b/../../../c", "../c"},
      {"/a/b/../..", "/"}, {"../a/../b", "../b"},   {"//", "/"},
      {"...", "..."},      {"a/.../b/..", "a/..."}, {"/a/../b/./c//d/", "/b/c/d"},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(call("clean", {one.path}), one.clean) << one.path;
    EXPECT_EQ(call("osClean", {one.path}), one.clean) << one.path;
  }
}

TEST(PathFunctionsTest, TakesParts) {
  Functions call;
  const struct {
    const char *path, *base, *dir, *ext;
  } kCases[] = {
      {"", ".", ".", ""},
      {"/", "/", "/", ""},
      {"//", "/", "/", ""},
      {"a", "a", ".", ""},
      {"a/", "a", "a", ""},
      {"/a/b/c.tar.gz", "c.tar.gz", "/a/b", ".gz"},
      {"a.b/c", "c", "a.b", ""},
      {"a.", "a.", ".", "."},
      {".bashrc", ".bashrc", ".", ".bashrc"},
      {"x/../y", "y", ".", ""},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(call("base", {one.path}), one.base) << one.path;
    EXPECT_EQ(call("dir", {one.path}), one.dir) << one.path;
    EXPECT_EQ(call("ext", {one.path}), one.ext) << one.path;
    EXPECT_EQ(call("osBase", {one.path}), one.base) << one.path;
    EXPECT_EQ(call("osDir", {one.path}), one.dir) << one.path;
    EXPECT_EQ(call("osExt", {one.path}), one.ext) << one.path;
  }
  EXPECT_EQ(call("isAbs", {"/a"}), "true");
  EXPECT_EQ(call("osIsAbs", {"a"}), "false");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
