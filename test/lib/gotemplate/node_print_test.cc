#include "lib/gotemplate/node_print.h"

#include <gtest/gtest.h>

#include "lib/gotemplate/parser.h"

namespace sidecar::gotemplate {
namespace {

Tree ParseOne(std::string_view text) {
  auto trees = Parse("t", text, {});
  EXPECT_TRUE(trees.has_value()) << trees.error().message;
  return trees->at("t");
}

TEST(NodePrint, WritesEachNodeAsItCouldHaveBeenWritten) {
  const struct {
    std::string_view text;
    std::string_view printed;
  } kCases[] = {
      {"plain \"text\"\n", "plain \"text\"\n"},
      {"{{ .x }}", "{{.x}}"},
      {"{{.x|f  1|g}}", "{{.x | f 1 | g}}"},
      {"{{$x:=.a .b}}{{$x.c}}", "{{$x := .a .b}}{{$x.c}}"},
      {"{{$x:=1}}{{$x =2}}", "{{$x := 1}}{{$x := 2}}"},
      {"{{range $i,$x:=.l}}{{break}}{{continue}}{{end}}",
       "{{range $i, $x := .l}}{{break}}{{continue}}{{end}}"},
      {"{{if .a}}b{{else if .c}}d{{else}}e{{end}}",
       "{{if .a}}b{{else}}{{if .c}}d{{else}}e{{end}}{{end}}"},
      {"{{with .a}}b{{else with .c}}{{end}}", "{{with .a}}b{{else}}{{with .c}}{{end}}{{end}}"},
      {"{{template `a\"b`}}{{template \"c\" .x}}", R"({{template "a\"b"}}{{template "c" .x}})"},
      {"{{block \"b\" .x}}y{{end}}", R"({{template "b" .x}})"},
      {"{{f (.a  .b).c ((1)) nil true 'x' 0x1F `r` \"s\" . $}}",
       "{{f (.a .b).c ((1)) nil true 'x' 0x1F `r` \"s\" . $}}"},
      {"{{(f 1).a.b.c}}", "{{(f 1).a.b.c}}"},
      {"{{f.x}}", "{{f.x}}"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Print(*ParseOne(c.text).root), c.printed);
}

TEST(NodePrint, QuotesTextOnRequest) {
  EXPECT_EQ(Print(*ParseOne("a\n{{.x}}b").root, TextFormat::kQuoted), R"("a\n"{{.x}}"b")");
}

TEST(NodePrint, KeepsComments) {
  ParserOptions options;
  options.keep_comments = true;
  EXPECT_EQ(Print(*Parse("t", "a{{- /* b */ -}} c", options)->at("t").root), "a{{/* b */}}c");
}

TEST(NodePrint, TellsLineAndByteColumn) {
  const Tree tree = ParseOne("{{.a}}\né{{.b}}");
  EXPECT_EQ(Location(*tree.source, *tree.root->nodes[0]), "t:1:2");
  EXPECT_EQ(Location(*tree.source, *tree.root->nodes[1]), "t:1:6");
  EXPECT_EQ(Location(*tree.source, *tree.root->nodes[2]), "t:2:4");
}

}  // namespace
}  // namespace sidecar::gotemplate
