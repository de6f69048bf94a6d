#include "lib/kubetypes/error_list.h"

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

TEST(ErrorListTest, IsNoErrorWhenEmpty) {
  EXPECT_TRUE(ErrorList().empty());
  EXPECT_FALSE(ErrorList().ToError().has_value());
}

TEST(ErrorListTest, CountsAndListsWhatWasAdded) {
  ErrorList list;
  list.Add("one");
  EXPECT_EQ(list.ToError()->message, "1 error occurred:\n\n* one");
  list.Add("two");
  EXPECT_EQ(list.ToError()->message, "2 errors occurred:\n\n* one\n* two");
  EXPECT_EQ(list.ToError()->code, ErrorCode::kInvalidArgument);
}

TEST(ErrorListTest, FlattensOtherLists) {
  ErrorList inner;
  inner.Add("a");
  inner.Add("b");
  ErrorList outer;
  outer.Add(inner, "bad thing:");
  outer.Add(inner);
  outer.Add(ErrorList(), "nothing:");
  EXPECT_EQ(outer.ToError()->message,
            "4 errors occurred:\n\n* bad thing: a\n* bad thing: b\n* a\n* b");
}

}  // namespace
}  // namespace sidecar::kubetypes
