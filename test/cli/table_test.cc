#include "cli/table.h"

#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

TEST(TableTest, AlignsColumnsButTheLast) {
  Table table({"NAME", "STATE", "REASON"});
  table.AddRow({{"web"}, {"injected"}, {""}});
  table.AddRow({{"überlang"}, {"ok"}, {"because it is"}});
  EXPECT_EQ(table.Render(false),
            "NAME      STATE     REASON\n"
            "web       injected  -\n"
            "überlang  ok        because it is\n");
}

TEST(TableTest, ColoursDoNotMoveColumns) {
  Table table({"A", "B"});
  table.AddRow({{"x", Colour::kRed}, {"y"}});
  EXPECT_EQ(table.Render(true), "A  B\n\x1b[31mx\x1b[0m  y\n");
  EXPECT_EQ(table.Render(false), "A  B\nx  y\n");
}

TEST(TableTest, ControlCharactersStayOutOfTheTerminal) {
  Table table({"A"});
  table.AddRow({{"x\x1b[2J\n"}});
  EXPECT_EQ(table.Render(false), "A\nx [2J \n");
}

TEST(TableTest, MissingCellsAreDashes) {
  Table table({"A", "B"});
  EXPECT_TRUE(table.IsEmpty());
  table.AddRow({{"x"}});
  EXPECT_EQ(table.Render(false), "A  B\nx  -\n");
}

}  // namespace
}  // namespace sidecar::cli
